"""The words around the tables of report.py."""

SECTION = """## Do automatic prompts beat hand-made ones?

The paper claims that they do. Here the prompts that a person would give are taken from the true mask, which is an
advantage over AutoMed; encoder and data are the same. Images whose true mask is empty are left out, since nobody
could prompt for it. Split `{split}`; Dice at 256 x 256 in PyTorch, mean over images, with a 95 % bootstrap interval
that draws whole groups; differences are paired by image. "Holds" means that the interval of the difference lies above
0, "does not hold" that it lies below, "undecided" that 0 is in it. `npm run ablation` makes the numbers, `npm run
ablation:report` this section.

### As shipped

AutoMed and the promptable head of the packages. They were trained side by side in one run, one seed, in whose loss
prompted masks weigh less (`prompted_weight` of the recipe), and AutoMed alone after that (EXPERIMENTS.md, 7 to 9). So
**here the budget is not the same**; below it is. The promptable head answers at 64 x 64, as SAM does, AutoMed at 256
x 256 and with a look at the image's fine features: on small things, part of the difference is that and not the
prompt.

{shipped}

{shipped_differences}

So the claim that AutoMed, unprompted, is better than a prompt by hand:

{shipped_claims}

![Phantoms with their truth, AutoMed, one point and one box, and heat maps of MedCls](ablation.png)

The picture shows phantoms, since real images may not be copied here: what is compared, not how well it does. Heat
maps show what each place adds to the class's score; the caption says how far that is from the same everywhere. One
point or one box means one object. Lungs are two and nuclei are many: there the fair opponent is a prompt for each
component, whose answers are joined.

### Everything new but the encoder

Trained from nothing: {steps} steps of {batch} images, drawn from {pool} augmented ones, seeds {seeds}. The encoder
stands still and is the packages' own, so it has seen these targets before; AutoMed's finest features start from
ImageNet, as the encoder's did. The U-Net has neither; its parameters are within 10 % of AutoMed's. The arms share
images, order, steps, optimiser and schedule, but neither the arithmetic of a step nor the learning rate.
{caution}
{trained}

{trained_differences}

Intervals are those of the images and know nothing of seeds: a difference as small as the seeds lie apart means
little, whatever its interval says. Nothing is corrected for the number of comparisons.

From a point to a box the mean Dice of this promptable head changes by at most {reads_trained} on any set; that of the
shipped one by up to {reads_shipped}. The smaller the change, the less it has learned to read a prompt, and the less
this says of prompts.

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
learns most from little, not which is best in the end. The shipped rows above had the long training. """
