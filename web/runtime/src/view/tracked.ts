// A component without hooks that is drawn again when what it read has changed: one object of React instead of several.
import { Component } from 'react';
import { collect, subscribeAll, type Topic } from '../base/reactive';

export abstract class Tracked<P, S = object> extends Component<P, S> {
  private topics: ReadonlyMap<Topic, number> | null = null;
  private stop: (() => void) | null = null;

  /** Called once in each drawing, around all that it reads. */
  protected followed<T>(read: () => T): T {
    const topics = new Map<Topic, number>();
    this.topics = topics;
    return collect(topics, read);
  }

  override componentDidMount(): void {
    this.follow();
  }
  override componentDidUpdate(): void {
    this.follow();
  }
  override componentWillUnmount(): void {
    this.stop?.();
    this.stop = null;
  }

  private follow(): void {
    this.stop?.();
    this.stop = this.topics && this.topics.size > 0 ? subscribeAll(this.topics, this.drawAgain) : null;
  }
  private readonly drawAgain = (): void => {
    this.forceUpdate();
  };
}
