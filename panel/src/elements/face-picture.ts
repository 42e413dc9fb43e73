/** A picture of a face or a scene; where there is none, or it cannot be had, a silhouette in its place. */
import { mdiAccount } from "@mdi/js";
import { LitElement, type PropertyValues, type TemplateResult, css, html } from "lit";
import { property, state } from "lit/decorators.js";
import { define } from "../define";
import { icon } from "./icon";

@define("face-picture")
export class FacePicture extends LitElement {
  @property() src: string | null | undefined;
  /** What is on it; empty where the words beside it say so already. */
  @property() label = "";
  /** Show all of it, and not its middle. */
  @property({ type: Boolean }) whole = false;
  @state() private broken = false;

  static override styles = css`
    :host {
      display: block;
      aspect-ratio: 1;
      overflow: hidden;
      background: color-mix(in srgb, var(--primary-text-color) 8%, transparent);
    }
    img,
    svg {
      display: block;
      width: 100%;
      height: 100%;
      object-fit: cover;
      /* Heads are above the middle. */
      object-position: 50% 30%;
    }
    :host([whole]) img {
      object-fit: contain;
      object-position: center;
    }
    svg {
      fill: var(--secondary-text-color);
      padding: 20%;
      box-sizing: border-box;
    }
  `;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("src")) this.broken = false;
  }

  override render(): TemplateResult {
    if (!this.src || this.broken) return icon(mdiAccount);
    return html`<img src=${this.src} alt=${this.label} loading="lazy" decoding="async" @error=${() => (this.broken = true)} />`;
  }
}
