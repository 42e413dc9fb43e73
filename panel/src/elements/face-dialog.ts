/** A question over the page: the browser's own dialog, so that focus and Escape work as everywhere. */
import { LitElement, type TemplateResult, css, html } from "lit";
import { property, query } from "lit/decorators.js";
import { define } from "../define";
import { shared } from "../styles";

@define("face-dialog")
export class FaceDialog extends LitElement {
  @property() heading = "";
  @query("dialog") private readonly dialog!: HTMLDialogElement;

  static override styles = [
    shared,
    css`
      dialog {
        border: none;
        border-radius: 24px;
        padding: 24px;
        width: min(560px, calc(100vw - 32px));
        max-height: calc(100vh - 48px);
        box-sizing: border-box;
        color: var(--primary-text-color);
        background: var(--card-background-color, #fff);
        overflow: auto;
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 50%);
      }
      h2 {
        margin-top: 0;
        overflow-wrap: anywhere;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 8px;
        margin-top: 24px;
      }
    `,
  ];

  override firstUpdated(): void {
    this.dialog.showModal();
  }

  private readonly closed = (): void => {
    this.dispatchEvent(new CustomEvent("closed"));
  };

  override render(): TemplateResult {
    return html`<dialog aria-labelledby="heading" @close=${this.closed}>
      <h2 id="heading">${this.heading}</h2>
      <slot></slot>
      <div class="actions"><slot name="actions"></slot></div>
    </dialog>`;
  }
}
