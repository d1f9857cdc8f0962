/**
 * A memory or disk alarm: what is published waits until it is over. Deliveries and acks go on: processes are taken to
 * publish and to consume over connections of their own. Source: RabbitMQ documentation, "Memory and Disk Alarms",
 * "Blocked Connection Notifications".
 */
export class Alarm {
  readonly #waiting: (() => void)[] = [];

  constructor(readonly isOn: () => boolean) {}

  get holdsBack(): boolean {
    return this.#waiting.length > 0;
  }

  /** Goes on now, or when the alarm is over, in the order of asking. @returns whether it has to wait */
  holdBack(go: () => void): boolean {
    if (!this.isOn() && this.#waiting.length === 0) {
      go();
      return false;
    }
    this.#waiting.push(go);
    return true;
  }

  /** Something has changed: who waits goes on as long as the alarm is over. */
  look(): void {
    while (this.#waiting.length > 0 && !this.isOn()) this.#waiting.shift()?.();
  }
}
