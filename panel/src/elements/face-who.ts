/** Asks who somebody is: the likeliest first, then any name, of somebody who is known or new. Fires `chosen` with it. */
import { LitElement, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { Near } from "../client";
import { define } from "../define";
import type { Home } from "../page";
import { shared } from "../styles";
import "./face-dialog";
import "./face-picture";

/** More would be guesses. */
const MOST_LIKELY = 3;

@define("face-who")
export class FaceWho extends LitElement {
  @property({ attribute: false }) home!: Home;
  @property() heading = "";
  /** Where the pictures to ask about are: who is like them is looked up while the person thinks. */
  @property() kind: "unknowns" | "sightings" = "unknowns";
  /** Which of them; without one, nobody is looked up. */
  @property() ownId = "";
  /** Who it is not, by their id. */
  @property() without = "";
  @state() private near: readonly Near[] = [];
  @state() private name = "";

  static override styles = [
    shared,
    css`
      .near {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-bottom: 16px;
      }
      .near button {
        border-radius: 12px;
        padding: 8px 12px 8px 8px;
        text-align: left;
      }
      .near face-picture {
        width: 48px;
        border-radius: 8px;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.ownId === "") return;
    void this.home.client.explain(this.kind, this.ownId).then(
      ({ faces }) => {
        const best = new Map<string, Near>();
        for (const near of faces.flatMap((face) => face.nearest)) {
          const known = best.get(near.person.id);
          if (known === undefined || known.similarity < near.similarity) best.set(near.person.id, near);
        }
        best.delete(this.without);
        this.near = [...best.values()].sort((a, b) => b.similarity - a.similarity).slice(0, MOST_LIKELY);
      },
      // Without suggestions a name can still be typed.
      () => undefined,
    );
  }

  private readonly closed = (): void => {
    this.dispatchEvent(new CustomEvent("closed"));
  };

  private choose(name: string): void {
    this.dispatchEvent(new CustomEvent<string>("chosen", { detail: name }));
  }

  private readonly submitted = (event: Event): void => {
    event.preventDefault();
    if (this.name.trim() !== "") this.choose(this.name.trim());
  };

  override render(): TemplateResult {
    const { speech, state: now } = this.home;
    const { words } = speech;
    return html`<face-dialog .heading=${this.heading} @closed=${this.closed}>
      <slot></slot>
      ${this.near.length === 0
        ? nothing
        : html`<p>${words.looks_a_bit_like}</p>
            <div class="near">
              ${this.near.map(
                (one) =>
                  html`<button @click=${() => this.choose(one.person.name)}>
                    <face-picture .src=${one.picture}></face-picture>
                    <span
                      >${one.person.name}<br /><span class="faint"
                        >${speech.fill(words.similarity, { value: speech.similarity(one.similarity) })}</span
                      ></span
                    >
                  </button>`,
              )}
            </div>`}
      <form id="form" @submit=${this.submitted}>
        <label
          >${words.name}
          <input
            autofocus
            autocomplete="off"
            list="people"
            maxlength="100"
            placeholder=${words.name_hint}
            @input=${(event: Event) => (this.name = (event.target as HTMLInputElement).value)}
          />
          <datalist id="people">${now.people.filter((one) => one.id !== this.without).map((one) => html`<option value=${one.name}></option>`)}</datalist>
        </label>
      </form>
      <button slot="actions" @click=${this.closed}>${words.cancel}</button>
      <button slot="actions" class="main" ?disabled=${this.name.trim() === ""} @click=${this.submitted}>
        ${words.save}
      </button>
    </face-dialog>`;
  }
}
