/**
 * Loads one thing at a time and then the latest that was asked for: dragging asks for more pictures than a gateway
 * should draw. `show` receives what was loaded; after a failure `fail` receives what was asked for, and what was shown
 * before stays.
 */
export function createLoader<Asked, Loaded>(
  load: (asked: Asked) => Promise<Loaded>,
  { show, fail }: { readonly show: (loaded: Loaded, asked: Asked) => void; readonly fail: (asked: Asked) => void },
): (asked: Asked) => void {
  let isLoading = false;
  let next: { readonly asked: Asked } | undefined;
  const start = async (asked: Asked): Promise<void> => {
    isLoading = true;
    try {
      show(await load(asked), asked);
    } catch {
      fail(asked);
    }
    isLoading = false;
    const waiting = next;
    next = undefined;
    if (waiting) await start(waiting.asked);
  };
  return (asked) => {
    if (isLoading) next = { asked };
    else void start(asked);
  };
}
