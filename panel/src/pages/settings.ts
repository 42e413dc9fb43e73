/** The server's settings as sentences; administrators change them here. */
import { type TemplateResult, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { define } from "../define";
import "../elements/face-library";
import type { Settings } from "../generated/protocol";
import { Page } from "../page";

/** From strict to loose; the protocol takes 0.1 to 50. */
const ACCURACIES = [0.1, 0.3, 1, 3, 10, 30, 50] as const;
const STRICT = 0.3;
const LOOSE = 10;
/** The last moment before somebody who drags a slider or types has done so. */
const PRESENCE_MINUTES = { min: 1, max: 1440 };
const KEPT_DAYS = { min: 1, max: 365 };

@define("face-settings")
export class FaceSettings extends Page {
  @state() private settings: Settings | undefined;

  static override styles = [
    ...Page.styles,
    css`
      .card {
        max-width: 640px;
        margin-bottom: 16px;
        padding: 8px 16px 16px;
      }
      input[type="range"] {
        width: 100%;
        min-height: 44px;
        accent-color: var(--strong-color);
      }
      .sentence {
        font-size: 1.125rem;
      }
      input[type="number"] {
        max-width: 160px;
      }
    `,
  ];

  protected override async load(): Promise<void> {
    this.settings = await this.home.client.settings();
  }

  private async change(change: Partial<Settings>): Promise<void> {
    if (await this.attempt(async () => (this.settings = await this.home.client.changeSettings(change)))) {
      this.tell({ text: this.words.saved });
    } else {
      await this.reload();
    }
  }

  override render(): TemplateResult {
    const { settings, words } = this;
    if (settings === undefined) return this.waiting();
    const { speech } = this.home;
    const fixed = !this.home.server.changes;
    const strangers = settings.strangers_per_thousand;
    const minutes = Math.round(settings.presence_timeout_s / 60);
    const distance = (one: number): number => Math.abs(Math.log(one / strangers));
    const place = ACCURACIES.reduce(
      (best, one, index) => (distance(one) < distance(ACCURACIES[best] ?? 1) ? index : best),
      0,
    );
    const at = (event: Event): number => ACCURACIES[Number((event.target as HTMLInputElement).value)] ?? 1;
    const sentence = speech.fill(words.accuracy_sentence, { n: speech.number(strangers, 1) });
    return html`
      <h2>${words.settings}</h2>
      <section class="card">
        <h3>${words.accuracy}</h3>
        <p class="sentence" id="accuracy">${sentence}</p>
        <p class="faint">
          ${strangers <= STRICT ? words.accuracy_strict : strangers >= LOOSE ? words.accuracy_loose : words.accuracy_medium}
        </p>
        ${fixed
          ? nothing
          : html`<input
              type="range"
              min="0"
              max=${ACCURACIES.length - 1}
              step="1"
              .value=${String(place)}
              aria-label=${words.accuracy_label}
              aria-valuetext=${sentence}
              @input=${(event: Event) => (this.settings = { ...settings, strangers_per_thousand: at(event) })}
              @change=${(event: Event) => this.change({ strangers_per_thousand: at(event) })}
            />`}
      </section>
      <section class="card">
        <p>${speech.fill(words.stays_present, { minutes: speech.number(minutes) })}</p>
        ${fixed
          ? nothing
          : this.number(words.minutes, minutes, PRESENCE_MINUTES, (value) =>
              this.change({ presence_timeout_s: value * 60 }),
            )}
      </section>
      <section class="card">
        <p>${speech.fill(words.kept_days, { days: speech.number(settings.retention_days) })}</p>
        ${fixed
          ? nothing
          : this.number(words.days, settings.retention_days, KEPT_DAYS, (value) =>
              this.change({ retention_days: value }),
            )}
      </section>
      ${fixed ? nothing : html`<section class="card"><face-library .home=${this.home}></face-library></section>`}
    `;
  }

  private number(
    label: string,
    value: number,
    range: { readonly min: number; readonly max: number },
    change: (value: number) => Promise<void>,
  ): TemplateResult {
    const changed = ({ target }: Event): void => {
      const input = target as HTMLInputElement;
      if (input.reportValidity() && input.value !== "") void change(input.valueAsNumber);
    };
    return html`<label
      >${label}
      <input type="number" min=${range.min} max=${range.max} step="1" .value=${String(value)} @change=${changed} />
    </label>`;
  }
}
