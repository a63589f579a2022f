// Everything of the tab around the page: progress bar, banners, toasts.
import type { ReactNode } from 'react';
import { Banner, Toasts } from '@qodly/ui';
import { PageView } from '../view/page_view';
import { useTracked } from '../view/hooks';
import type { Application } from './application';

export function Shell({ app }: { app: Application }): ReactNode {
  const page = useTracked(() => app.page.value);
  return (
    <>
      <Progress app={app} />
      {page ? <PageView key={page.id} page={page} /> : null}
      <Notices app={app} />
    </>
  );
}

function Progress({ app }: { app: Application }): ReactNode {
  const busy = useTracked(() => app.traffic.value > 0);
  return <div className="qodly-progress" data-busy={busy} aria-hidden="true" />;
}

function Notices({ app }: { app: Application }): ReactNode {
  const { toasts, banner } = useTracked(() => ({ toasts: app.toasts.value, banner: app.banner.value }));
  return (
    <>
      {banner === 'lost' ? (
        <Banner
          kind="lost"
          text="Connection lost"
          onClose={() => {
            app.banner.value = null;
          }}
        />
      ) : null}
      {banner === 'restored' ? <Banner kind="restored" text="Connection restored" /> : null}
      {banner === 'ended' ? (
        <Banner
          kind="ended"
          text="Your session has ended"
          action="Log in"
          onAction={() => {
            app.logIn();
          }}
          onClose={() => {
            app.banner.value = null;
          }}
        />
      ) : null}
      <Toasts
        notices={toasts}
        onClose={(id) => {
          app.dismiss(id);
        }}
      />
    </>
  );
}
