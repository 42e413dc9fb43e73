/** The looks that pages and elements share: all colours and shapes are those of Home Assistant's theme. */
import { css } from "lit";

export const shared = css`
  :host {
    color: var(--primary-text-color);
    --strong-color: color-mix(in srgb, var(--primary-color) 60%, black);
    --faint-color: color-mix(in srgb, var(--primary-text-color) 8%, transparent);
    --radius: var(--ha-card-border-radius, 12px);
  }
  h2 {
    font-size: 1.25rem;
    font-weight: 500;
    margin: 8px 0 16px;
  }
  h3 {
    font-size: 1rem;
    font-weight: 500;
    margin: 24px 0 8px;
  }
  p {
    margin: 8px 0;
    line-height: 1.45;
  }
  .faint {
    color: var(--secondary-text-color);
    font-size: 0.875rem;
  }
  .grid {
    display: grid;
    gap: 16px;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, var(--column, 260px)), 1fr));
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .card {
    background: var(--ha-card-background, var(--card-background-color, #fff));
    border: 1px solid var(--ha-card-border-color, var(--divider-color, #e0e0e0));
    border-radius: var(--radius);
    overflow: hidden;
    display: flex;
    flex-direction: column;
    min-width: 0;
  }
  .inner {
    padding: 12px 16px;
    overflow-wrap: anywhere;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }
  .spread {
    justify-content: space-between;
  }
  button,
  .button {
    font: inherit;
    font-weight: 500;
    font-size: 0.875rem;
    color: var(--primary-text-color);
    background: transparent;
    border: 1px solid var(--outline-color, var(--secondary-text-color));
    border-radius: 20px;
    min-height: 40px;
    padding: 0 16px;
    cursor: pointer;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    box-sizing: border-box;
    text-decoration: none;
  }
  button:hover,
  .button:hover {
    background: var(--faint-color);
  }
  button.main,
  .button.main {
    background: var(--strong-color);
    border-color: var(--strong-color);
    color: white;
  }
  button.danger {
    background: color-mix(in srgb, var(--error-color, #db4437) 75%, black);
    border-color: transparent;
    color: white;
  }
  button.icon {
    border: none;
    border-radius: 50%;
    width: 40px;
    padding: 0;
    flex: none;
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  button svg,
  .button svg {
    width: 20px;
    height: 20px;
    fill: currentColor;
    flex: none;
  }
  button.icon svg {
    width: 24px;
    height: 24px;
  }
  :focus-visible {
    outline: 2px solid var(--primary-text-color);
    outline-offset: 2px;
  }
  label {
    display: flex;
    flex-direction: column;
    gap: 4px;
    font-size: 0.875rem;
    color: var(--primary-text-color);
    min-width: 0;
  }
  label.beside {
    flex-direction: row;
    align-items: center;
    gap: 8px;
  }
  input:not([type="checkbox"], [type="radio"], [type="range"]),
  select {
    font: inherit;
    font-size: 1rem;
    color: var(--primary-text-color);
    background: var(--secondary-background-color);
    border: 1px solid var(--secondary-text-color);
    border-radius: 8px;
    min-height: 44px;
    padding: 0 12px;
    box-sizing: border-box;
    width: 100%;
  }
  select option {
    color: black;
    background: white;
  }
  input[type="checkbox"],
  input[type="radio"] {
    width: 20px;
    height: 20px;
    accent-color: var(--strong-color);
    flex: none;
  }
  .pill {
    display: inline-block;
    border-radius: 12px;
    padding: 2px 10px;
    font-size: 0.8125rem;
    background: var(--faint-color);
    color: var(--primary-text-color);
  }
  .pill.good {
    background: color-mix(in srgb, var(--success-color, #43a047) 25%, transparent);
  }
  .pill.bad {
    background: color-mix(in srgb, var(--error-color, #db4437) 25%, transparent);
  }
  .pill.fair {
    background: color-mix(in srgb, var(--warning-color, #ffa600) 25%, transparent);
  }
  .note {
    border-radius: var(--radius);
    padding: 12px 16px;
    margin: 0 0 16px;
    background: var(--faint-color);
  }
  .note.warn {
    background: color-mix(in srgb, var(--warning-color, #ffa600) 25%, transparent);
  }
  .empty {
    text-align: center;
    padding: 48px 16px;
    color: var(--secondary-text-color);
  }
`;
