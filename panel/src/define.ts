/** Makes a class the element of this name, unless an earlier version of this script has done so on the same page. */
export function define(name: string): (element: CustomElementConstructor) => void {
  return (element) => {
    if (customElements.get(name) === undefined) customElements.define(name, element);
  };
}
