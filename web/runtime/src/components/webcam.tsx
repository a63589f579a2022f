// Pictures from the camera (pages 20.2): a live view, and a button that sends what it shows.
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { asBoolean, asNumber, asText } from '../base/json';
import type { NodeProps } from '../view/node';
import { sendFile } from '../view/upload';
import '../styles/replacements.css';
import { useView } from '../view/view';

type State = 'off' | 'asking' | 'on' | 'sending';

/** Why there is no picture, in words. */
export function cameraProblem(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError') return 'The camera may not be used: allow it in the browser.';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'No camera was found.';
  if (name === 'NotReadableError') return 'The camera is in use by another program.';
  return 'The camera cannot be used.';
}

export function WebCam({ node }: NodeProps): ReactNode {
  const view = useView(node, 'webcam');
  const video = useRef<HTMLVideoElement>(null);
  const stream = useRef<MediaStream | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<State>('off');
  const [problem, setProblem] = useState('');
  const path = asText(node.props['datasource']);
  const width = asNumber(view.props['cameraWidth'], 0);
  const height = asNumber(view.props['cameraHeight'], 0);
  const mirrored = asBoolean(view.props['mirrored']);
  const { app } = view.page;

  const start = useCallback(async (): Promise<void> => {
    const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
    if (!devices) {
      setProblem('The camera needs a secure connection (https).');
      return;
    }
    setState('asking');
    setProblem('');
    try {
      const opened = await devices.getUserMedia({
        audio: false,
        video: { ...(width > 0 ? { width: { ideal: width } } : {}), ...(height > 0 ? { height: { ideal: height } } : {}) },
      });
      const place = video.current;
      if (!place) {
        stop(opened);
        return;
      }
      stream.current = opened;
      place.srcObject = opened;
      await place.play();
      setState('on');
    } catch (error) {
      setState('off');
      setProblem(cameraProblem(error));
    }
  }, [width, height]);

  const on = !view.hidden && !view.disabled;
  useEffect(() => {
    if (!on) return undefined;
    void start();
    return () => {
      stop(stream.current);
      stream.current = null;
      setState('off');
    };
  }, [on, start]);

  const send = async (picture: File): Promise<void> => {
    setState('sending');
    const refused = path === '' ? '' : await sendFile(view, path, picture);
    setState(stream.current ? 'on' : 'off');
    if (refused !== '') app.toast('error', `The picture could not be sent: ${refused}`);
    else await view.fire('oncapture');
  };
  const capture = async (): Promise<void> => {
    const place = video.current;
    if (!place) return;
    const quality = Math.min(Math.max(asNumber(view.props['screenshotQuality'], 0.92), 0.1), 1);
    const picture = await pictureOf(place, mirrored, quality);
    if (picture) await send(picture);
  };
  const { root } = view;
  return (
    <div {...root} className={`${root.className ?? ''} webCamContainer`}>
      <video
        ref={video}
        className="webCam"
        muted
        playsInline
        aria-label="Camera"
        width={width || undefined}
        height={height || undefined}
        data-mirrored={mirrored}
      />
      {problem === '' ? null : (
        <p className="q-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="q-camera-bar">
        {problem === '' ? (
          <button
            type="button"
            className="q-camera-button buttonCapture"
            aria-label="Take a picture"
            disabled={state !== 'on'}
            onClick={() => {
              void capture();
            }}
          >
            <svg className="iconCapture" viewBox="0 0 24 24" aria-hidden="true">
              <path d="M4 8h3l2-3h6l2 3h3v11H4z" />
              <circle cx="12" cy="13" r="3.5" />
            </svg>
          </button>
        ) : (
          <button
            type="button"
            className="q-button q-quiet"
            disabled={view.disabled}
            onClick={() => {
              void start();
            }}
          >
            Try again
          </button>
        )}
        {asBoolean(view.props['uploadPictures']) ? (
          <>
            <button
              type="button"
              className="q-button q-quiet"
              disabled={view.disabled}
              onClick={() => {
                file.current?.click();
              }}
            >
              Choose a picture
            </button>
            <input
              ref={file}
              type="file"
              hidden
              accept="image/*"
              tabIndex={-1}
              aria-hidden="true"
              onChange={(event) => {
                const chosen = event.target.files?.[0];
                event.target.value = '';
                if (chosen) void send(chosen);
              }}
            />
          </>
        ) : null}
      </div>
    </div>
  );
}

function stop(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** What the video shows now, as a JPEG file. */
async function pictureOf(video: HTMLVideoElement, mirrored: boolean, quality: number): Promise<File | null> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const drawing = canvas.getContext('2d');
  if (!drawing || canvas.width === 0) return null;
  if (mirrored) drawing.setTransform(-1, 0, 0, 1, canvas.width, 0);
  drawing.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', quality);
  });
  return blob ? new File([blob], 'picture.jpg', { type: 'image/jpeg' }) : null;
}
