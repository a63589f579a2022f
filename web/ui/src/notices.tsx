// Toasts and banners: what the product itself has to say, in one place and announced to screen readers.
import type { ReactNode } from 'react';

export interface Notice {
  id: number;
  type: 'message' | 'warning' | 'error';
  text: string;
}

export function Toasts({ notices, onClose }: { notices: readonly Notice[]; onClose: (id: number) => void }): ReactNode {
  return (
    <div className="q-toasts" role="region" aria-label="Notifications" aria-live="polite">
      {notices.map((notice) => (
        <div key={notice.id} className="q-toast" data-type={notice.type} role={notice.type === 'error' ? 'alert' : 'status'}>
          <span>{notice.text}</span>
          <button
            type="button"
            className="q-close"
            aria-label="Close"
            onClick={() => {
              onClose(notice.id);
            }}
          >
            ×
          </button>
        </div>
      ))}
    </div>
  );
}

export function Banner({
  kind,
  text,
  action,
  onAction,
  onClose,
}: {
  kind: string;
  text: string;
  action?: string;
  onAction?: () => void;
  onClose?: () => void;
}): ReactNode {
  return (
    <div className="q-banner" data-kind={kind} role="alert">
      <span>{text}</span>
      {action ? (
        <button type="button" className="q-button" onClick={onAction}>
          {action}
        </button>
      ) : null}
      {onClose ? (
        <button type="button" className="q-close" aria-label="Close" onClick={onClose}>
          ×
        </button>
      ) : null}
    </div>
  );
}
