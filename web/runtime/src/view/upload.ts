// A file of the user goes to the server and touches the attribute or source that takes it (pages 15.12).
import { Media } from '../data/value';
import { RestError } from '../rest/errors';
import type { View } from './view';

/** Sends a file and writes it; the message of the server when it refuses, otherwise empty. */
export async function sendFile(view: View, path: string, file: File): Promise<string> {
  const { app, scope } = view.page;
  const place = scope.entityOf(path, view.frames);
  const picture = place
    ? place.entity.dataclass.attributes.get(place.attribute)?.type === 'image'
    : file.type.startsWith('image/');
  try {
    const upload = await app.client.upload(file, picture, file.name);
    await view.write(path, new Media(URL.createObjectURL(file), picture, upload, file.name));
    return '';
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    return error.message || 'no answer';
  }
}
