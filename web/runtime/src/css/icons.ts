// The icon font comes with the runtime and is loaded with the first icon.

let loading: Promise<unknown> | null = null;

export function needIcons(): void {
  loading ??= import('../styles/icons').catch(() => {
    loading = null;
  });
}
