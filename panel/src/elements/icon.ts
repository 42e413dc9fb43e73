/** A picture of @mdi/js, the set that Home Assistant uses; what it means is said beside it. */
import { type TemplateResult, html } from "lit";

export function icon(path: string): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path}></path></svg>`;
}
