var e = "M12,5.5A3.5,3.5 0 0,1 15.5,9A3.5,3.5 0 0,1 12,12.5A3.5,3.5 0 0,1 8.5,9A3.5,3.5 0 0,1 12,5.5M5,8C5.56,8 6.08,8.15 6.53,8.42C6.38,9.85 6.8,11.27 7.66,12.38C7.16,13.34 6.16,14 5,14A3,3 0 0,1 2,11A3,3 0 0,1 5,8M19,8A3,3 0 0,1 22,11A3,3 0 0,1 19,14C17.84,14 16.84,13.34 16.34,12.38C17.2,11.27 17.62,9.85 17.47,8.42C17.92,8.15 18.44,8 19,8M5.5,18.25C5.5,16.18 8.41,14.5 12,14.5C15.59,14.5 18.5,16.18 18.5,18.25V20H5.5V18.25M0,20V18.5C0,17.11 1.89,15.94 4.45,15.6C3.86,16.28 3.5,17.22 3.5,18.25V20H0M24,20H20.5V18.25C20.5,17.22 20.14,16.28 19.55,15.6C22.11,15.94 24,17.11 24,18.5V20Z", t = "M15,14C12.33,14 7,15.33 7,18V20H23V18C23,15.33 17.67,14 15,14M6,10V7H4V10H1V12H4V15H6V12H9V10M15,12A4,4 0 0,0 19,8A4,4 0 0,0 15,4A4,4 0 0,0 11,8A4,4 0 0,0 15,12Z", n = "M13,8A4,4 0 0,1 9,12A4,4 0 0,1 5,8A4,4 0 0,1 9,4A4,4 0 0,1 13,8M17,18V20H1V18C1,15.79 4.58,14 9,14C13.42,14 17,15.79 17,18M20.5,14.5V16H19V14.5H20.5M18.5,9.5H17V9A3,3 0 0,1 20,6A3,3 0 0,1 23,9C23,9.97 22.5,10.88 21.71,11.41L21.41,11.6C20.84,12 20.5,12.61 20.5,13.3V13.5H19V13.3C19,12.11 19.6,11 20.59,10.35L20.88,10.16C21.27,9.9 21.5,9.47 21.5,9A1.5,1.5 0 0,0 20,7.5A1.5,1.5 0 0,0 18.5,9V9.5Z", r = "M4,4H7L9,2H15L17,4H20A2,2 0 0,1 22,6V18A2,2 0 0,1 20,20H4A2,2 0 0,1 2,18V6A2,2 0 0,1 4,4M12,7A5,5 0 0,0 7,12A5,5 0 0,0 12,17A5,5 0 0,0 17,12A5,5 0 0,0 12,7M12,9A3,3 0 0,1 15,12A3,3 0 0,1 12,15A3,3 0 0,1 9,12A3,3 0 0,1 12,9Z", i = "M6.03 12.03L8.03 15.5L5.5 18.68L2 12.62L6.03 12.03M17 18V15.29C17.88 14.9 18.5 14.03 18.5 13C18.5 12.43 18.3 11.9 17.97 11.5L19.94 10.35C20.95 9.76 21.3 8.47 20.71 7.46L19.33 5.06C18.74 4.05 17.45 3.7 16.44 4.28L8.31 9C7.36 9.53 7.03 10.75 7.58 11.71L9.08 14.31C9.63 15.26 10.86 15.59 11.81 15.04L13.69 13.96C13.94 14.55 14.41 15.03 15 15.29V18C15 19.1 15.9 20 17 20H22V18H17Z", a = "M21,7L9,19L3.5,13.5L4.91,12.09L9,16.17L19.59,5.59L21,7Z", o = "M19,3H14.82C14.4,1.84 13.3,1 12,1C10.7,1 9.6,1.84 9.18,3H5A2,2 0 0,0 3,5V19A2,2 0 0,0 5,21H19A2,2 0 0,0 21,19V5A2,2 0 0,0 19,3M12,3A1,1 0 0,1 13,4A1,1 0 0,1 12,5A1,1 0 0,1 11,4A1,1 0 0,1 12,3M7,7H17V5H19V19H5V5H7V7M7.5,13.5L9,12L11,14L15.5,9.5L17,11L11,17L7.5,13.5Z", s = "M12,15.5A3.5,3.5 0 0,1 8.5,12A3.5,3.5 0 0,1 12,8.5A3.5,3.5 0 0,1 15.5,12A3.5,3.5 0 0,1 12,15.5M19.43,12.97C19.47,12.65 19.5,12.33 19.5,12C19.5,11.67 19.47,11.34 19.43,11L21.54,9.37C21.73,9.22 21.78,8.95 21.66,8.73L19.66,5.27C19.54,5.05 19.27,4.96 19.05,5.05L16.56,6.05C16.04,5.66 15.5,5.32 14.87,5.07L14.5,2.42C14.46,2.18 14.25,2 14,2H10C9.75,2 9.54,2.18 9.5,2.42L9.13,5.07C8.5,5.32 7.96,5.66 7.44,6.05L4.95,5.05C4.73,4.96 4.46,5.05 4.34,5.27L2.34,8.73C2.21,8.95 2.27,9.22 2.46,9.37L4.57,11C4.53,11.34 4.5,11.67 4.5,12C4.5,12.33 4.53,12.65 4.57,12.97L2.46,14.63C2.27,14.78 2.21,15.05 2.34,15.27L4.34,18.73C4.46,18.95 4.73,19.03 4.95,18.95L7.44,17.94C7.96,18.34 8.5,18.68 9.13,18.93L9.5,21.58C9.54,21.82 9.75,22 10,22H14C14.25,22 14.46,21.82 14.5,21.58L14.87,18.93C15.5,18.67 16.04,18.34 16.56,17.94L19.05,18.95C19.27,19.03 19.54,18.95 19.66,18.73L21.66,15.27C21.78,15.05 21.73,14.78 21.54,14.63L19.43,12.97Z", c = "M19,4H15.5L14.5,3H9.5L8.5,4H5V6H19M6,19A2,2 0 0,0 8,21H16A2,2 0 0,0 18,19V7H6V19Z", l = "M12,9A3,3 0 0,0 9,12A3,3 0 0,0 12,15A3,3 0 0,0 15,12A3,3 0 0,0 12,9M12,17A5,5 0 0,1 7,12A5,5 0 0,1 12,7A5,5 0 0,1 17,12A5,5 0 0,1 12,17M12,4.5C7,4.5 2.73,7.61 1,12C2.73,16.39 7,19.5 12,19.5C17,19.5 21.27,16.39 23,12C21.27,7.61 17,4.5 12,4.5Z", u = "M13.5,8H12V13L16.28,15.54L17,14.33L13.5,12.25V8M13,3A9,9 0 0,0 4,12H1L4.96,16.03L9,12H6A7,7 0 0,1 13,5A7,7 0 0,1 20,12A7,7 0 0,1 13,19C11.07,19 9.32,18.21 8.06,16.94L6.64,18.36C8.27,20 10.5,21 13,21A9,9 0 0,0 22,12A9,9 0 0,0 13,3", d = "M15.5,2C18,2 20,4 20,6.5C20,7.38 19.75,8.21 19.31,8.9L22.39,12L21,13.39L17.88,10.32C17.19,10.75 16.37,11 15.5,11C13,11 11,9 11,6.5C11,4 13,2 15.5,2M15.5,4A2.5,2.5 0 0,0 13,6.5A2.5,2.5 0 0,0 15.5,9A2.5,2.5 0 0,0 18,6.5A2.5,2.5 0 0,0 15.5,4M7.5,14.5L4,19H18L13.5,13L10,17.5L7.5,14.5M20,20A2,2 0 0,1 18,22H4A2,2 0 0,1 2,20V6A2,2 0 0,1 4,4H9.5C9.18,4.77 9,5.61 9,6.5A6.5,6.5 0 0,0 15.5,13C16.18,13 16.84,12.89 17.46,12.7L20,15.24V20Z", f = globalThis, p = f.ShadowRoot && (f.ShadyCSS === void 0 || f.ShadyCSS.nativeShadow) && "adoptedStyleSheets" in Document.prototype && "replace" in CSSStyleSheet.prototype, m = Symbol(), h = /* @__PURE__ */ new WeakMap(), g = class {
	constructor(e, t, n) {
		if (this._$cssResult$ = !0, n !== m) throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");
		this.cssText = e, this.t = t;
	}
	get styleSheet() {
		let e = this.o, t = this.t;
		if (p && e === void 0) {
			let n = t !== void 0 && t.length === 1;
			n && (e = h.get(t)), e === void 0 && ((this.o = e = new CSSStyleSheet()).replaceSync(this.cssText), n && h.set(t, e));
		}
		return e;
	}
	toString() {
		return this.cssText;
	}
}, _ = (e) => new g(typeof e == "string" ? e : e + "", void 0, m), v = (e, ...t) => new g(e.length === 1 ? e[0] : t.reduce((t, n, r) => t + ((e) => {
	if (!0 === e._$cssResult$) return e.cssText;
	if (typeof e == "number") return e;
	throw Error("Value passed to 'css' function must be a 'css' function result: " + e + ". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.");
})(n) + e[r + 1], e[0]), e, m), y = (e, t) => {
	if (p) e.adoptedStyleSheets = t.map((e) => e instanceof CSSStyleSheet ? e : e.styleSheet);
	else for (let n of t) {
		let t = document.createElement("style"), r = f.litNonce;
		r !== void 0 && t.setAttribute("nonce", r), t.textContent = n.cssText, e.appendChild(t);
	}
}, ee = p ? (e) => e : (e) => e instanceof CSSStyleSheet ? ((e) => {
	let t = "";
	for (let n of e.cssRules) t += n.cssText;
	return _(t);
})(e) : e, { is: te, defineProperty: ne, getOwnPropertyDescriptor: re, getOwnPropertyNames: ie, getOwnPropertySymbols: ae, getPrototypeOf: oe } = Object, b = globalThis, se = b.trustedTypes, ce = se ? se.emptyScript : "", le = b.reactiveElementPolyfillSupport, x = (e, t) => e, S = {
	toAttribute(e, t) {
		switch (t) {
			case Boolean:
				e = e ? ce : null;
				break;
			case Object:
			case Array: e = e == null ? e : JSON.stringify(e);
		}
		return e;
	},
	fromAttribute(e, t) {
		let n = e;
		switch (t) {
			case Boolean:
				n = e !== null;
				break;
			case Number:
				n = e === null ? null : Number(e);
				break;
			case Object:
			case Array: try {
				n = JSON.parse(e);
			} catch {
				n = null;
			}
		}
		return n;
	}
}, ue = (e, t) => !te(e, t), de = {
	attribute: !0,
	type: String,
	converter: S,
	reflect: !1,
	useDefault: !1,
	hasChanged: ue
};
Symbol.metadata ??= Symbol("metadata"), b.litPropertyMetadata ??= /* @__PURE__ */ new WeakMap();
var C = class extends HTMLElement {
	static addInitializer(e) {
		this._$Ei(), (this.l ??= []).push(e);
	}
	static get observedAttributes() {
		return this.finalize(), this._$Eh && [...this._$Eh.keys()];
	}
	static createProperty(e, t = de) {
		if (t.state && (t.attribute = !1), this._$Ei(), this.prototype.hasOwnProperty(e) && ((t = Object.create(t)).wrapped = !0), this.elementProperties.set(e, t), !t.noAccessor) {
			let n = Symbol(), r = this.getPropertyDescriptor(e, n, t);
			r !== void 0 && ne(this.prototype, e, r);
		}
	}
	static getPropertyDescriptor(e, t, n) {
		let { get: r, set: i } = re(this.prototype, e) ?? {
			get() {
				return this[t];
			},
			set(e) {
				this[t] = e;
			}
		};
		return {
			get: r,
			set(t) {
				let a = r?.call(this);
				i?.call(this, t), this.requestUpdate(e, a, n);
			},
			configurable: !0,
			enumerable: !0
		};
	}
	static getPropertyOptions(e) {
		return this.elementProperties.get(e) ?? de;
	}
	static _$Ei() {
		if (this.hasOwnProperty(x("elementProperties"))) return;
		let e = oe(this);
		e.finalize(), e.l !== void 0 && (this.l = [...e.l]), this.elementProperties = new Map(e.elementProperties);
	}
	static finalize() {
		if (this.hasOwnProperty(x("finalized"))) return;
		if (this.finalized = !0, this._$Ei(), this.hasOwnProperty(x("properties"))) {
			let e = this.properties, t = [...ie(e), ...ae(e)];
			for (let n of t) this.createProperty(n, e[n]);
		}
		let e = this[Symbol.metadata];
		if (e !== null) {
			let t = litPropertyMetadata.get(e);
			if (t !== void 0) for (let [e, n] of t) this.elementProperties.set(e, n);
		}
		this._$Eh = /* @__PURE__ */ new Map();
		for (let [e, t] of this.elementProperties) {
			let n = this._$Eu(e, t);
			n !== void 0 && this._$Eh.set(n, e);
		}
		this.elementStyles = this.finalizeStyles(this.styles);
	}
	static finalizeStyles(e) {
		let t = [];
		if (Array.isArray(e)) {
			let n = new Set(e.flat(1 / 0).reverse());
			for (let e of n) t.unshift(ee(e));
		} else e !== void 0 && t.push(ee(e));
		return t;
	}
	static _$Eu(e, t) {
		let n = t.attribute;
		return !1 === n ? void 0 : typeof n == "string" ? n : typeof e == "string" ? e.toLowerCase() : void 0;
	}
	constructor() {
		super(), this._$Ep = void 0, this.isUpdatePending = !1, this.hasUpdated = !1, this._$Em = null, this._$Ev();
	}
	_$Ev() {
		this._$ES = new Promise((e) => this.enableUpdating = e), this._$AL = /* @__PURE__ */ new Map(), this._$E_(), this.requestUpdate(), this.constructor.l?.forEach((e) => e(this));
	}
	addController(e) {
		(this._$EO ??= /* @__PURE__ */ new Set()).add(e), this.renderRoot !== void 0 && this.isConnected && e.hostConnected?.();
	}
	removeController(e) {
		this._$EO?.delete(e);
	}
	_$E_() {
		let e = /* @__PURE__ */ new Map(), t = this.constructor.elementProperties;
		for (let n of t.keys()) this.hasOwnProperty(n) && (e.set(n, this[n]), delete this[n]);
		e.size > 0 && (this._$Ep = e);
	}
	createRenderRoot() {
		let e = this.shadowRoot ?? this.attachShadow(this.constructor.shadowRootOptions);
		return y(e, this.constructor.elementStyles), e;
	}
	connectedCallback() {
		this.renderRoot ??= this.createRenderRoot(), this.enableUpdating(!0), this._$EO?.forEach((e) => e.hostConnected?.());
	}
	enableUpdating(e) {}
	disconnectedCallback() {
		this._$EO?.forEach((e) => e.hostDisconnected?.());
	}
	attributeChangedCallback(e, t, n) {
		this._$AK(e, n);
	}
	_$ET(e, t) {
		let n = this.constructor.elementProperties.get(e), r = this.constructor._$Eu(e, n);
		if (r !== void 0 && !0 === n.reflect) {
			let i = (n.converter?.toAttribute === void 0 ? S : n.converter).toAttribute(t, n.type);
			this._$Em = e, i == null ? this.removeAttribute(r) : this.setAttribute(r, i), this._$Em = null;
		}
	}
	_$AK(e, t) {
		let n = this.constructor, r = n._$Eh.get(e);
		if (r !== void 0 && this._$Em !== r) {
			let e = n.getPropertyOptions(r), i = typeof e.converter == "function" ? { fromAttribute: e.converter } : e.converter?.fromAttribute === void 0 ? S : e.converter;
			this._$Em = r;
			let a = i.fromAttribute(t, e.type);
			this[r] = a ?? this._$Ej?.get(r) ?? a, this._$Em = null;
		}
	}
	requestUpdate(e, t, n, r = !1, i) {
		if (e !== void 0) {
			let a = this.constructor;
			if (!1 === r && (i = this[e]), n ??= a.getPropertyOptions(e), !((n.hasChanged ?? ue)(i, t) || n.useDefault && n.reflect && i === this._$Ej?.get(e) && !this.hasAttribute(a._$Eu(e, n)))) return;
			this.C(e, t, n);
		}
		!1 === this.isUpdatePending && (this._$ES = this._$EP());
	}
	C(e, t, { useDefault: n, reflect: r, wrapped: i }, a) {
		n && !(this._$Ej ??= /* @__PURE__ */ new Map()).has(e) && (this._$Ej.set(e, a ?? t ?? this[e]), !0 !== i || a !== void 0) || (this._$AL.has(e) || (this.hasUpdated || n || (t = void 0), this._$AL.set(e, t)), !0 === r && this._$Em !== e && (this._$Eq ??= /* @__PURE__ */ new Set()).add(e));
	}
	async _$EP() {
		this.isUpdatePending = !0;
		try {
			await this._$ES;
		} catch (e) {
			Promise.reject(e);
		}
		let e = this.scheduleUpdate();
		return e != null && await e, !this.isUpdatePending;
	}
	scheduleUpdate() {
		return this.performUpdate();
	}
	performUpdate() {
		if (!this.isUpdatePending) return;
		if (!this.hasUpdated) {
			if (this.renderRoot ??= this.createRenderRoot(), this._$Ep) {
				for (let [e, t] of this._$Ep) this[e] = t;
				this._$Ep = void 0;
			}
			let e = this.constructor.elementProperties;
			if (e.size > 0) for (let [t, n] of e) {
				let { wrapped: e } = n, r = this[t];
				!0 !== e || this._$AL.has(t) || r === void 0 || this.C(t, void 0, n, r);
			}
		}
		let e = !1, t = this._$AL;
		try {
			e = this.shouldUpdate(t), e ? (this.willUpdate(t), this._$EO?.forEach((e) => e.hostUpdate?.()), this.update(t)) : this._$EM();
		} catch (t) {
			throw e = !1, this._$EM(), t;
		}
		e && this._$AE(t);
	}
	willUpdate(e) {}
	_$AE(e) {
		this._$EO?.forEach((e) => e.hostUpdated?.()), this.hasUpdated || (this.hasUpdated = !0, this.firstUpdated(e)), this.updated(e);
	}
	_$EM() {
		this._$AL = /* @__PURE__ */ new Map(), this.isUpdatePending = !1;
	}
	get updateComplete() {
		return this.getUpdateComplete();
	}
	getUpdateComplete() {
		return this._$ES;
	}
	shouldUpdate(e) {
		return !0;
	}
	update(e) {
		this._$Eq &&= this._$Eq.forEach((e) => this._$ET(e, this[e])), this._$EM();
	}
	updated(e) {}
	firstUpdated(e) {}
};
C.elementStyles = [], C.shadowRootOptions = { mode: "open" }, C[x("elementProperties")] = /* @__PURE__ */ new Map(), C[x("finalized")] = /* @__PURE__ */ new Map(), le?.({ ReactiveElement: C }), (b.reactiveElementVersions ??= []).push("2.1.2");
var fe = globalThis, pe = (e) => e, w = fe.trustedTypes, T = w ? w.createPolicy("lit-html", { createHTML: (e) => e }) : void 0, me = "$lit$", E = `lit$${Math.random().toFixed(9).slice(2)}$`, he = "?" + E, ge = `<${he}>`, D = document, _e = () => D.createComment(""), ve = (e) => e === null || typeof e != "object" && typeof e != "function", ye = Array.isArray, be = (e) => ye(e) || typeof e?.[Symbol.iterator] == "function", xe = "[ 	\n\f\r]", Se = /<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g, Ce = /-->/g, we = />/g, O = RegExp(`>|${xe}(?:([^\\s"'>=/]+)(${xe}*=${xe}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`, "g"), Te = /'/g, Ee = /"/g, De = /^(?:script|style|textarea|title)$/i, k = ((e) => (t, ...n) => ({
	_$litType$: e,
	strings: t,
	values: n
}))(1), A = Symbol.for("lit-noChange"), j = Symbol.for("lit-nothing"), Oe = /* @__PURE__ */ new WeakMap(), ke = D.createTreeWalker(D, 129);
function Ae(e, t) {
	if (!ye(e) || !e.hasOwnProperty("raw")) throw Error("invalid template strings array");
	return T === void 0 ? t : T.createHTML(t);
}
var je = (e, t) => {
	let n = e.length - 1, r = [], i, a = t === 2 ? "<svg>" : t === 3 ? "<math>" : "", o = Se;
	for (let t = 0; t < n; t++) {
		let n = e[t], s, c, l = -1, u = 0;
		for (; u < n.length && (o.lastIndex = u, c = o.exec(n), c !== null);) u = o.lastIndex, o === Se ? c[1] === "!--" ? o = Ce : c[1] === void 0 ? c[2] === void 0 ? c[3] !== void 0 && (o = O) : (De.test(c[2]) && (i = RegExp("</" + c[2], "g")), o = O) : o = we : o === O ? c[0] === ">" ? (o = i ?? Se, l = -1) : c[1] === void 0 ? l = -2 : (l = o.lastIndex - c[2].length, s = c[1], o = c[3] === void 0 ? O : c[3] === "\"" ? Ee : Te) : o === Ee || o === Te ? o = O : o === Ce || o === we ? o = Se : (o = O, i = void 0);
		let d = o === O && e[t + 1].startsWith("/>") ? " " : "";
		a += o === Se ? n + ge : l >= 0 ? (r.push(s), n.slice(0, l) + me + n.slice(l) + E + d) : n + E + (l === -2 ? t : d);
	}
	return [Ae(e, a + (e[n] || "<?>") + (t === 2 ? "</svg>" : t === 3 ? "</math>" : "")), r];
}, Me = class e {
	constructor({ strings: t, _$litType$: n }, r) {
		let i;
		this.parts = [];
		let a = 0, o = 0, s = t.length - 1, c = this.parts, [l, u] = je(t, n);
		if (this.el = e.createElement(l, r), ke.currentNode = this.el.content, n === 2 || n === 3) {
			let e = this.el.content.firstChild;
			e.replaceWith(...e.childNodes);
		}
		for (; (i = ke.nextNode()) !== null && c.length < s;) {
			if (i.nodeType === 1) {
				if (i.hasAttributes()) for (let e of i.getAttributeNames()) if (e.endsWith(me)) {
					let t = u[o++], n = i.getAttribute(e).split(E), r = /([.?@])?(.*)/.exec(t);
					c.push({
						type: 1,
						index: a,
						name: r[2],
						strings: n,
						ctor: r[1] === "." ? Le : r[1] === "?" ? Re : r[1] === "@" ? ze : Ie
					}), i.removeAttribute(e);
				} else e.startsWith(E) && (c.push({
					type: 6,
					index: a
				}), i.removeAttribute(e));
				if (De.test(i.tagName)) {
					let e = i.textContent.split(E), t = e.length - 1;
					if (t > 0) {
						i.textContent = w ? w.emptyScript : "";
						for (let n = 0; n < t; n++) i.append(e[n], _e()), ke.nextNode(), c.push({
							type: 2,
							index: ++a
						});
						i.append(e[t], _e());
					}
				}
			} else if (i.nodeType === 8) {
				if (i.data === he) c.push({
					type: 2,
					index: a
				});
				else {
					let e = -1;
					for (; (e = i.data.indexOf(E, e + 1)) !== -1;) c.push({
						type: 7,
						index: a
					}), e += E.length - 1;
				}
			}
			a++;
		}
	}
	static createElement(e, t) {
		let n = D.createElement("template");
		return n.innerHTML = e, n;
	}
};
function Ne(e, t, n = e, r) {
	if (t === A) return t;
	let i = r === void 0 ? n._$Cl : n._$Co?.[r], a = ve(t) ? void 0 : t._$litDirective$;
	return i?.constructor !== a && (i?._$AO?.(!1), a === void 0 ? i = void 0 : (i = new a(e), i._$AT(e, n, r)), r === void 0 ? n._$Cl = i : (n._$Co ??= [])[r] = i), i !== void 0 && (t = Ne(e, i._$AS(e, t.values), i, r)), t;
}
var Pe = class {
	constructor(e, t) {
		this._$AV = [], this._$AN = void 0, this._$AD = e, this._$AM = t;
	}
	get parentNode() {
		return this._$AM.parentNode;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	u(e) {
		let { el: { content: t }, parts: n } = this._$AD, r = (e?.creationScope ?? D).importNode(t, !0);
		ke.currentNode = r;
		let i = ke.nextNode(), a = 0, o = 0, s = n[0];
		for (; s !== void 0;) {
			if (a === s.index) {
				let t;
				s.type === 2 ? t = new Fe(i, i.nextSibling, this, e) : s.type === 1 ? t = new s.ctor(i, s.name, s.strings, this, e) : s.type === 6 && (t = new Be(i, this, e)), this._$AV.push(t), s = n[++o];
			}
			a !== s?.index && (i = ke.nextNode(), a++);
		}
		return ke.currentNode = D, r;
	}
	p(e) {
		let t = 0;
		for (let n of this._$AV) n !== void 0 && (n.strings === void 0 ? n._$AI(e[t]) : (n._$AI(e, n, t), t += n.strings.length - 2)), t++;
	}
}, Fe = class e {
	get _$AU() {
		return this._$AM?._$AU ?? this._$Cv;
	}
	constructor(e, t, n, r) {
		this.type = 2, this._$AH = j, this._$AN = void 0, this._$AA = e, this._$AB = t, this._$AM = n, this.options = r, this._$Cv = r?.isConnected ?? !0;
	}
	get parentNode() {
		let e = this._$AA.parentNode, t = this._$AM;
		return t !== void 0 && e?.nodeType === 11 && (e = t.parentNode), e;
	}
	get startNode() {
		return this._$AA;
	}
	get endNode() {
		return this._$AB;
	}
	_$AI(e, t = this) {
		e = Ne(this, e, t), ve(e) ? e === j || e == null || e === "" ? (this._$AH !== j && this._$AR(), this._$AH = j) : e !== this._$AH && e !== A && this._(e) : e._$litType$ === void 0 ? e.nodeType === void 0 ? be(e) ? this.k(e) : this._(e) : this.T(e) : this.$(e);
	}
	O(e) {
		return this._$AA.parentNode.insertBefore(e, this._$AB);
	}
	T(e) {
		this._$AH !== e && (this._$AR(), this._$AH = this.O(e));
	}
	_(e) {
		this._$AH !== j && ve(this._$AH) ? this._$AA.nextSibling.data = e : this.T(D.createTextNode(e)), this._$AH = e;
	}
	$(e) {
		let { values: t, _$litType$: n } = e, r = typeof n == "number" ? this._$AC(e) : (n.el === void 0 && (n.el = Me.createElement(Ae(n.h, n.h[0]), this.options)), n);
		if (this._$AH?._$AD === r) this._$AH.p(t);
		else {
			let e = new Pe(r, this), n = e.u(this.options);
			e.p(t), this.T(n), this._$AH = e;
		}
	}
	_$AC(e) {
		let t = Oe.get(e.strings);
		return t === void 0 && Oe.set(e.strings, t = new Me(e)), t;
	}
	k(t) {
		ye(this._$AH) || (this._$AH = [], this._$AR());
		let n = this._$AH, r, i = 0;
		for (let a of t) i === n.length ? n.push(r = new e(this.O(_e()), this.O(_e()), this, this.options)) : r = n[i], r._$AI(a), i++;
		i < n.length && (this._$AR(r && r._$AB.nextSibling, i), n.length = i);
	}
	_$AR(e = this._$AA.nextSibling, t) {
		for (this._$AP?.(!1, !0, t); e !== this._$AB;) {
			let t = pe(e).nextSibling;
			pe(e).remove(), e = t;
		}
	}
	setConnected(e) {
		this._$AM === void 0 && (this._$Cv = e, this._$AP?.(e));
	}
}, Ie = class {
	get tagName() {
		return this.element.tagName;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	constructor(e, t, n, r, i) {
		this.type = 1, this._$AH = j, this._$AN = void 0, this.element = e, this.name = t, this._$AM = r, this.options = i, n.length > 2 || n[0] !== "" || n[1] !== "" ? (this._$AH = Array(n.length - 1).fill(/* @__PURE__ */ new String()), this.strings = n) : this._$AH = j;
	}
	_$AI(e, t = this, n, r) {
		let i = this.strings, a = !1;
		if (i === void 0) e = Ne(this, e, t, 0), a = !ve(e) || e !== this._$AH && e !== A, a && (this._$AH = e);
		else {
			let r = e, o, s;
			for (e = i[0], o = 0; o < i.length - 1; o++) s = Ne(this, r[n + o], t, o), s === A && (s = this._$AH[o]), a ||= !ve(s) || s !== this._$AH[o], s === j ? e = j : e !== j && (e += (s ?? "") + i[o + 1]), this._$AH[o] = s;
		}
		a && !r && this.j(e);
	}
	j(e) {
		e === j ? this.element.removeAttribute(this.name) : this.element.setAttribute(this.name, e ?? "");
	}
}, Le = class extends Ie {
	constructor() {
		super(...arguments), this.type = 3;
	}
	j(e) {
		this.element[this.name] = e === j ? void 0 : e;
	}
}, Re = class extends Ie {
	constructor() {
		super(...arguments), this.type = 4;
	}
	j(e) {
		this.element.toggleAttribute(this.name, !!e && e !== j);
	}
}, ze = class extends Ie {
	constructor(e, t, n, r, i) {
		super(e, t, n, r, i), this.type = 5;
	}
	_$AI(e, t = this) {
		if ((e = Ne(this, e, t, 0) ?? j) === A) return;
		let n = this._$AH, r = e === j && n !== j || e.capture !== n.capture || e.once !== n.once || e.passive !== n.passive, i = e !== j && (n === j || r);
		r && this.element.removeEventListener(this.name, this, n), i && this.element.addEventListener(this.name, this, e), this._$AH = e;
	}
	handleEvent(e) {
		typeof this._$AH == "function" ? this._$AH.call(this.options?.host ?? this.element, e) : this._$AH.handleEvent(e);
	}
}, Be = class {
	constructor(e, t, n) {
		this.element = e, this.type = 6, this._$AN = void 0, this._$AM = t, this.options = n;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	_$AI(e) {
		Ne(this, e);
	}
}, Ve = {
	M: me,
	P: E,
	A: he,
	C: 1,
	L: je,
	R: Pe,
	D: be,
	V: Ne,
	I: Fe,
	H: Ie,
	N: Re,
	U: ze,
	B: Le,
	F: Be
}, He = fe.litHtmlPolyfillSupport;
He?.(Me, Fe), (fe.litHtmlVersions ??= []).push("3.3.3");
var Ue = (e, t, n) => {
	let r = n?.renderBefore ?? t, i = r._$litPart$;
	if (i === void 0) {
		let e = n?.renderBefore ?? null;
		r._$litPart$ = i = new Fe(t.insertBefore(_e(), e), e, void 0, n ?? {});
	}
	return i._$AI(e), i;
}, We = globalThis, M = class extends C {
	constructor() {
		super(...arguments), this.renderOptions = { host: this }, this._$Do = void 0;
	}
	createRenderRoot() {
		let e = super.createRenderRoot();
		return this.renderOptions.renderBefore ??= e.firstChild, e;
	}
	update(e) {
		let t = this.render();
		this.hasUpdated || (this.renderOptions.isConnected = this.isConnected), super.update(e), this._$Do = Ue(t, this.renderRoot, this.renderOptions);
	}
	connectedCallback() {
		super.connectedCallback(), this._$Do?.setConnected(!0);
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this._$Do?.setConnected(!1);
	}
	render() {
		return A;
	}
};
M._$litElement$ = !0, M.finalized = !0, We.litElementHydrateSupport?.({ LitElement: M });
var Ge = We.litElementPolyfillSupport;
Ge?.({ LitElement: M }), (We.litElementVersions ??= []).push("4.2.2");
var Ke = {
	attribute: !0,
	type: String,
	converter: S,
	reflect: !1,
	hasChanged: ue
}, qe = (e = Ke, t, n) => {
	let { kind: r, metadata: i } = n, a = globalThis.litPropertyMetadata.get(i);
	if (a === void 0 && globalThis.litPropertyMetadata.set(i, a = /* @__PURE__ */ new Map()), r === "setter" && ((e = Object.create(e)).wrapped = !0), a.set(n.name, e), r === "accessor") {
		let { name: r } = n;
		return {
			set(n) {
				let i = t.get.call(this);
				t.set.call(this, n), this.requestUpdate(r, i, e, !0, n);
			},
			init(t) {
				return t !== void 0 && this.C(r, void 0, e, t), t;
			}
		};
	}
	if (r === "setter") {
		let { name: r } = n;
		return function(n) {
			let i = this[r];
			t.call(this, n), this.requestUpdate(r, i, e, !0, n);
		};
	}
	throw Error("Unsupported decorator location: " + r);
};
function N(e) {
	return (t, n) => typeof n == "object" ? qe(e, t, n) : ((e, t, n) => {
		let r = t.hasOwnProperty(n);
		return t.constructor.createProperty(n, e), r ? Object.getOwnPropertyDescriptor(t, n) : void 0;
	})(e, t, n);
}
function P(e) {
	return N({
		...e,
		state: !0,
		attribute: !1
	});
}
var Je = (e, t, n) => (n.configurable = !0, n.enumerable = !0, Reflect.decorate && typeof t != "object" && Object.defineProperty(e, t, n), n);
function Ye(e, t) {
	return (n, r, i) => {
		let a = (t) => t.renderRoot?.querySelector(e) ?? null;
		if (t) {
			let { get: e, set: t } = typeof r == "object" ? n : i ?? (() => {
				let e = Symbol();
				return {
					get() {
						return this[e];
					},
					set(t) {
						this[e] = t;
					}
				};
			})();
			return Je(n, r, { get() {
				let n = e.call(this);
				return n === void 0 && (n = a(this), (n !== null || this.hasUpdated) && t.call(this, n)), n;
			} });
		}
		return Je(n, r, { get() {
			return a(this);
		} });
	};
}
var Xe = "nobody", Ze = class extends Error {
	constructor(e, t, n) {
		super(t), this.code = e, this.details = n;
	}
}, Qe = 200, $e = 216e5, et = /* @__PURE__ */ new Map();
function tt(e) {
	return e.callWS({ type: "face/servers" });
}
function nt(e, t = "") {
	if (typeof e == "string") {
		if (t !== "picture") return e;
		let n = e.split("?")[0] ?? e, r = et.get(n);
		return r !== void 0 && Date.now() - r.since < $e ? r.path : (et.set(n, {
			path: e,
			since: Date.now()
		}), e);
	}
	return Array.isArray(e) ? e.map((e) => nt(e)) : typeof e != "object" || !e ? e : Object.fromEntries(Object.entries(e).map(([e, t]) => [e, nt(t, e)]));
}
var rt = class {
	constructor(e, t) {
		this.hass = e, this.entryId = t;
	}
	async ask(e, t = {}) {
		return nt(await this.hass.callWS({
			type: `face/${e}`,
			entry_id: this.entryId,
			...t
		}));
	}
	async all(e, t = {}) {
		let n = [], r;
		do {
			let i = r == null ? {} : { cursor: r }, a = await this.ask(e, {
				limit: Qe,
				...t,
				...i
			});
			n.push(...a.items), r = a.next_cursor;
		} while (r != null);
		return n;
	}
	follow(e) {
		return this.hass.connection.subscribeMessage(e, {
			type: "face/follow",
			entry_id: this.entryId
		});
	}
	state() {
		return this.ask("state");
	}
	homePeople() {
		return this.ask("home_people");
	}
	link(e, t) {
		return this.ask("link", {
			person_id: e,
			home_person: t
		});
	}
	photos(e) {
		return this.all("photos/list", { person_id: e });
	}
	problems() {
		return this.all("problems/list");
	}
	care(e) {
		return this.ask("care/list", e === void 0 ? { limit: 5 } : {
			limit: 25,
			cursor: e
		});
	}
	acceptPhoto(e, t) {
		return this.ask("photos/accept", {
			person_id: e,
			photo_id: t
		});
	}
	unknowns() {
		return this.all("unknowns/list");
	}
	sightings(e, t) {
		return this.ask("sightings/list", {
			limit: 50,
			...e,
			...t === void 0 ? {} : { cursor: t }
		});
	}
	explain(e, t) {
		return this.ask("explain", {
			kind: e,
			own_id: t
		});
	}
	cameraSights() {
		return this.all("cameras/sight");
	}
	settings() {
		return this.ask("settings/get");
	}
	changeSettings(e) {
		return this.ask("settings/set", e);
	}
	rename(e, t) {
		return this.ask("people/rename", {
			person_id: e,
			name: t
		});
	}
	merge(e, t) {
		return this.ask("people/merge", {
			from: e,
			into: t
		});
	}
	deletePerson(e, t) {
		return this.ask("people/delete", {
			person_id: e,
			undo: t
		});
	}
	deletePhoto(e, t, n) {
		return this.ask("photos/delete", {
			person_id: e,
			photo_id: t,
			undo: n
		});
	}
	async changes() {
		return (await this.all("changes/list")).sort((e, t) => Date.parse(t.until) - Date.parse(e.until));
	}
	undo(e) {
		return this.ask("changes/undo", { change_id: e });
	}
	eraseChange(e) {
		return this.ask("changes/erase", { change_id: e });
	}
	movePhoto(e, t, n) {
		return this.ask("photos/move", {
			person_id: e,
			photo_id: t,
			person: n
		});
	}
	assign(e, t) {
		return this.ask("unknowns/assign", {
			unknown_id: e,
			person: t
		});
	}
	ignore(e) {
		return this.ask("unknowns/ignore", { unknown_id: e });
	}
	deleteUnknown(e, t) {
		return this.ask("unknowns/delete", {
			unknown_id: e,
			undo: t
		});
	}
	correct(e, t) {
		return this.ask("sightings/correct", {
			sighting_id: e,
			...t
		});
	}
	startSitting(e) {
		return this.ask("sittings/start", e === void 0 ? {} : { camera: e });
	}
	async sit(e, t) {
		let n = new URLSearchParams({ sitting_id: e });
		return nt(await this.post(`/api/face/sit/${this.entryId}?${n.toString()}`, t));
	}
	sitting(e) {
		return this.ask("sittings/get", { sitting_id: e });
	}
	acceptSitting(e, t, n, r) {
		return this.ask("sittings/accept", {
			sitting_id: e,
			person: t,
			pictures: n,
			allow: r
		});
	}
	declineSitting(e) {
		return this.ask("sittings/decline", { sitting_id: e });
	}
	proposals(e) {
		return this.all("proposals/list", e === "" ? {} : { person_id: e });
	}
	acceptProposals(e) {
		return this.ask("proposals/accept", { proposal_ids: e });
	}
	declineProposals(e) {
		return this.ask("proposals/decline", { proposal_ids: e });
	}
	teach(e, t, n, r = []) {
		let i = new URLSearchParams({ person: e });
		return n !== void 0 && i.set("box", [
			n.x,
			n.y,
			n.w,
			n.h
		].join(",")), r.length > 0 && i.set("allow", r.join(",")), this.post(`/api/face/teach/${this.entryId}?${i.toString()}`, t);
	}
	async library() {
		return (await this.ask("library")).url;
	}
	importLibrary(e) {
		return this.post(`/api/face/library/${this.entryId}`, e);
	}
	recognize(e) {
		return this.post(`/api/face/ask/${this.entryId}`, e);
	}
	search(e) {
		return this.post(`/api/face/search/${this.entryId}`, e);
	}
	async post(e, t) {
		let n = await this.hass.fetchWithAuth(e, {
			method: "POST",
			body: t,
			headers: { "Content-Type": "application/octet-stream" }
		});
		if (!n.ok) throw new Ze(String(n.status), n.statusText, {});
		let r = await n.json();
		if (r.success) return r.result;
		throw new Ze(r.error.code, r.error.message, r.error.details ?? {});
	}
};
function F(e) {
	return (t) => {
		customElements.get(e) === void 0 && customElements.define(e, t);
	};
}
function I(e) {
	return k`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${e}></path></svg>`;
}
function it(e) {
	history.pushState(null, "", e), window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: !1 } }));
}
var at = 1280, ot = 720, st = .9, ct = class extends Error {
	constructor(e) {
		super(e), this.trouble = e;
	}
}, lt = class e {
	constructor(e) {
		this.stream = e;
	}
	static async open() {
		if (!window.isSecureContext) throw new ct("insecure");
		try {
			let t = {
				facingMode: "user",
				width: { ideal: at },
				height: { ideal: ot }
			};
			return new e(await navigator.mediaDevices.getUserMedia({ video: t }));
		} catch (e) {
			let t = e instanceof DOMException ? e.name : "";
			throw t === "NotAllowedError" || t === "SecurityError" ? new ct("refused") : new ct(t === "NotReadableError" || t === "AbortError" ? "busy" : "missing");
		}
	}
	close() {
		for (let e of this.stream.getTracks()) e.stop();
	}
};
async function ut(e) {
	if (e === null || e.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
	let t = Math.min(1, at / Math.max(e.videoWidth, e.videoHeight, 1)), n = document.createElement("canvas");
	return n.width = Math.round(e.videoWidth * t), n.height = Math.round(e.videoHeight * t), n.getContext("2d")?.drawImage(e, 0, 0, n.width, n.height), await new Promise((e) => {
		n.toBlob(e, "image/jpeg", st);
	}) ?? void 0;
}
var dt = v`
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
function L(e, t, n, r) {
	var i = arguments.length, a = i < 3 ? t : r === null ? r = Object.getOwnPropertyDescriptor(t, n) : r, o;
	if (typeof Reflect == "object" && typeof Reflect.decorate == "function") a = Reflect.decorate(e, t, n, r);
	else for (var s = e.length - 1; s >= 0; s--) (o = e[s]) && (a = (i < 3 ? o(a) : i > 3 ? o(t, n, a) : o(t, n)) || a);
	return i > 3 && a && Object.defineProperty(t, n, a), a;
}
var ft = class extends M {
	constructor(...e) {
		super(...e), this.heading = "", this.closed = () => {
			this.dispatchEvent(new CustomEvent("closed"));
		};
	}
	static {
		this.styles = [dt, v`
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
    `];
	}
	firstUpdated() {
		this.dialog.showModal();
	}
	render() {
		return k`<dialog aria-labelledby="heading" @close=${this.closed}>
      <h2 id="heading">${this.heading}</h2>
      <slot></slot>
      <div class="actions"><slot name="actions"></slot></div>
    </dialog>`;
	}
};
L([N()], ft.prototype, "heading", void 0), L([Ye("dialog")], ft.prototype, "dialog", void 0), ft = L([F("face-dialog")], ft);
var pt = class extends M {
	constructor(...e) {
		super(...e), this.label = "", this.whole = !1, this.broken = !1;
	}
	static {
		this.styles = v`
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
	}
	willUpdate(e) {
		e.has("src") && (this.broken = !1);
	}
	render() {
		return !this.src || this.broken ? I("M12,4A4,4 0 0,1 16,8A4,4 0 0,1 12,12A4,4 0 0,1 8,8A4,4 0 0,1 12,4M12,14C16.42,14 20,15.79 20,18V20H4V18C4,15.79 7.58,14 12,14Z") : k`<img src=${this.src} alt=${this.label} loading="lazy" decoding="async" @error=${() => this.broken = !0} />`;
	}
};
L([N()], pt.prototype, "src", void 0), L([N()], pt.prototype, "label", void 0), L([N({ type: Boolean })], pt.prototype, "whole", void 0), L([P()], pt.prototype, "broken", void 0), pt = L([F("face-picture")], pt);
var mt = 700, ht = 200, gt = "", _t = 1e3, vt = {
	step_into_view: "ask_step_into_view",
	one_person_only: "ask_one_person_only",
	somebody_else: "ask_somebody_else",
	come_closer: "ask_come_closer",
	hold_still: "ask_hold_still",
	more_light: "ask_more_light",
	less_light: "ask_less_light",
	look_at_camera: "ask_look_at_camera",
	look_left: "ask_look_left",
	look_right: "ask_look_right"
}, yt = {
	insecure: "own_camera_insecure",
	refused: "own_camera_refused",
	missing: "own_camera_missing",
	busy: "own_camera_busy"
}, bt = {
	front: "view_front",
	left: "view_side",
	right: "view_side"
}, R = class extends M {
	constructor(...e) {
		super(...e), this.person = "", this.camera = "", this.name = "", this.chosen = gt, this.failure = "", this.busy = !1, this.otherwise = !1, this.look = 0, this.begin = async (e) => {
			e?.preventDefault(), this.forget(), await this.attempt(async () => {
				let e = this.chosen === gt ? await lt.open() : void 0;
				if (!this.isConnected) e?.close();
				else {
					this.own = e;
					try {
						this.sitting = await this.home.client.startSitting(e === void 0 ? this.chosen : void 0);
					} catch (e) {
						throw this.close(), e;
					}
					this.askLater();
				}
			});
		}, this.closed = () => {
			this.forget(), this.dispatchEvent(new CustomEvent("closed"));
		};
	}
	static {
		this.styles = [dt, v`
      form {
        display: flex;
        flex-direction: column;
        gap: 12px;
      }
      .live {
        aspect-ratio: 16 / 9;
        border-radius: var(--radius);
      }
      video {
        display: block;
        width: 100%;
        object-fit: contain;
        background: #000;
        /* As in a mirror: who turns left sees themselves turn left. */
        transform: scaleX(-1);
      }
      .ask {
        font-size: 1.25rem;
        font-weight: 500;
        text-align: center;
        min-height: 1.5em;
      }
      .grid {
        --column: 96px;
        gap: 8px;
      }
      .grid li {
        text-align: center;
      }
      .grid face-picture {
        border-radius: 8px;
      }
    `];
	}
	connectedCallback() {
		super.connectedCallback(), this.name = this.person, this.chosen = this.camera === "" ? this.home.state.cameras[0]?.camera ?? gt : this.camera;
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this.forget();
	}
	get at() {
		return this.home.state.cameras.find((e) => e.camera === this.chosen);
	}
	forget() {
		clearTimeout(this.asking), this.close();
		let { sitting: e } = this;
		this.sitting = void 0, e !== void 0 && this.home.client.declineSitting(e.sitting_id).catch(() => void 0);
	}
	close() {
		this.own?.close(), this.own = void 0;
	}
	askLater() {
		clearTimeout(this.asking), this.asking = setTimeout(() => void this.ask(), this.own === void 0 ? mt : ht);
	}
	async next(e) {
		let { client: t } = this.home, n = this.own === void 0 ? void 0 : await ut(this.video);
		return n === void 0 ? t.sitting(e) : t.sit(e, n);
	}
	async ask() {
		let { sitting: e } = this;
		if (e?.taking === !0) {
			if (!this.isConnected) this.forget();
			else {
				try {
					let t = await this.next(e.sitting_id);
					if (this.sitting?.sitting_id !== t.sitting_id) return;
					this.sitting = t, this.look += 1, t.taking || this.close();
				} catch (t) {
					if (this.sitting?.sitting_id !== e.sitting_id) return;
					this.failure = this.home.speech.refusal(t);
				}
				this.askLater();
			}
		}
	}
	async accept(e, t = [], n = !1) {
		let { speech: r, client: i } = this.home, a = e.pictures.map((e) => e.picture_id), o = this.name.trim();
		await this.attempt(async () => {
			await i.acceptSitting(e.sitting_id, o, a, t), this.sitting = void 0;
			let s = { text: r.fill(r.words.named, { name: o }) };
			this.dispatchEvent(new CustomEvent("face-notice", {
				detail: s,
				bubbles: !0,
				composed: !0
			})), this.dispatchEvent(new CustomEvent("face-changed", {
				bubbles: !0,
				composed: !0
			})), this.otherwise = n, n ? await this.begin() : this.closed();
		});
	}
	async attempt(e) {
		this.busy = !0, this.failure = "", this.doubt = void 0;
		try {
			await e();
		} catch (e) {
			let { speech: t } = this.home;
			this.failure = e instanceof ct ? t.words[yt[e.trouble]] : t.refusal(e);
			let n = e instanceof Ze ? e.code : e.translation_key;
			n === "looks_like_someone_else" && (this.doubt = n);
		}
		this.busy = !1;
	}
	render() {
		let { speech: e } = this.home, { words: t } = e;
		return k`<face-dialog .heading=${this.person === "" ? t.learn_title : e.fill(t.learn_person, { name: this.person })} @closed=${this.closed}>
      ${this.sitting === void 0 ? this.question() : this.progress(this.sitting)}
      ${this.failure === "" ? j : k`<p class="note warn" role="alert">${e.fill(t.failed, { reason: this.failure })}</p>`}
      <button slot="actions" @click=${this.closed}>${t.cancel}</button>
      ${this.sitting === void 0 ? this.starting() : this.answers(this.sitting)}
    </face-dialog>`;
	}
	question() {
		let { speech: e, state: t } = this.home, { words: n } = e;
		return k`<p>${n.learn_intro}</p>
      <form id="form" @submit=${this.begin}>
        ${this.person === "" ? k`<label
              >${n.name}
              <input autofocus autocomplete="off" maxlength="100" list="people" placeholder=${n.name_hint} @input=${(e) => {
			this.name = e.target.value;
		}} />
              <datalist id="people">${t.people.map((e) => k`<option value=${e.name}></option>`)}</datalist>
            </label>` : j}
        ${this.camera === "" ? k`<label
              >${n.camera}
              <select @change=${(e) => {
			this.chosen = e.target.value;
		}}>
                ${t.cameras.map((e) => k`<option value=${e.camera} ?selected=${e.camera === this.chosen}>${e.name}</option>`)}
                <option value=${gt} ?selected=${this.chosen === gt}>${n.own_camera}</option>
              </select>
            </label>` : j}
      </form>`;
	}
	starting() {
		return k`<button slot="actions" class="main" ?disabled=${!(this.name.trim() !== "" && !this.busy)} @click=${this.begin}>
      ${I(r)}${this.home.speech.words.learn_start}
    </button>`;
	}
	view() {
		let { speech: e } = this.home, t = e.fill(e.words.learn_live, { camera: this.at?.name ?? "" });
		return this.own === void 0 ? k`<face-picture whole class="live" .src=${this.live()} .label=${t}></face-picture>` : k`<video
          class="live"
          autoplay
          playsinline
          .muted=${!0}
          .srcObject=${this.own.stream}
          aria-label=${e.words.own_camera_view}
        ></video>`;
	}
	live() {
		let e = this.at, t = this.home.hass.states[e?.entity_id ?? ""]?.attributes.entity_picture;
		return typeof t == "string" ? `${t}${t.includes("?") ? "&" : "?"}look=${this.look}` : e?.annotated;
	}
	progress(e) {
		let { speech: t } = this.home, { words: n } = t, r = Math.max(0, Math.ceil((Date.parse(e.ends_at) - Date.now()) / _t)), i = e.pictures.length === 0, a = i ? n.learn_nothing : n.learn_over, o = e.ask == null ? n.ask_step_into_view : n[vt[e.ask]];
		return k`
      ${e.taking && this.otherwise ? k`<p class="note">${n.learn_otherwise_now}</p>` : j}
      ${e.taking ? this.view() : j}
      <p class="ask" role="status">${e.taking ? o : a}</p>
      ${e.taking ? k`<p class="faint">${t.fill(n.learn_left, { seconds: r })}</p>` : j}
      ${i ? j : k`<h3>${t.count(n.learn_pictures, e.pictures.length)}</h3>`}
      <ul class="grid">
        ${e.pictures.map((e) => k`<li>
              <face-picture
                .src=${e.picture}
                .label=${t.fill(n.photo_of, { name: this.name.trim() })}
              ></face-picture>
              <span class="faint">${n[bt[e.view]]}</span>
            </li>`)}
      </ul>
    `;
	}
	answers(e) {
		let { words: t } = this.home.speech, { doubt: n } = this, r = !e.taking;
		return k`${r ? k`<button slot="actions" ?disabled=${this.busy} @click=${this.begin}>
            ${I("M12,4C14.1,4 16.1,4.8 17.6,6.3C20.7,9.4 20.7,14.5 17.6,17.6C15.8,19.5 13.3,20.2 10.9,19.9L11.4,17.9C13.1,18.1 14.9,17.5 16.2,16.2C18.5,13.9 18.5,10.1 16.2,7.7C15.1,6.6 13.5,6 12,6V10.6L7,5.6L12,0.6V4M6.3,17.6C3.7,15 3.3,11 5.1,7.9L6.6,9.4C5.5,11.6 5.9,14.4 7.8,16.2C8.3,16.7 8.9,17.1 9.6,17.4L9,19.4C8,19 7.1,18.4 6.3,17.6Z")}${t.learn_again}
          </button>` : j}
      ${r && e.pictures.length > 0 ? k`<p class="faint">${t.learn_otherwise_text}</p>
            <button slot="actions" ?disabled=${this.busy} @click=${() => this.accept(e, [], !0)}>
              ${I("M3,10C2.76,10 2.55,10.09 2.41,10.25C2.27,10.4 2.21,10.62 2.24,10.86L2.74,13.85C2.82,14.5 3.4,15 4,15H7C7.64,15 8.36,14.44 8.5,13.82L9.56,10.63C9.6,10.5 9.57,10.31 9.5,10.19C9.39,10.07 9.22,10 9,10H3M7,17H4C2.38,17 0.96,15.74 0.76,14.14L0.26,11.15C0.15,10.3 0.39,9.5 0.91,8.92C1.43,8.34 2.19,8 3,8H9C9.83,8 10.58,8.35 11.06,8.96C11.17,9.11 11.27,9.27 11.35,9.45C11.78,9.36 12.22,9.36 12.64,9.45C12.72,9.27 12.82,9.11 12.94,8.96C13.41,8.35 14.16,8 15,8H21C21.81,8 22.57,8.34 23.09,8.92C23.6,9.5 23.84,10.3 23.74,11.11L23.23,14.18C23.04,15.74 21.61,17 20,17H17C15.44,17 13.92,15.81 13.54,14.3L12.64,11.59C12.26,11.31 11.73,11.31 11.35,11.59L10.43,14.37C10.07,15.82 8.56,17 7,17M15,10C14.78,10 14.61,10.07 14.5,10.19C14.42,10.31 14.4,10.5 14.45,10.7L15.46,13.75C15.64,14.44 16.36,15 17,15H20C20.59,15 21.18,14.5 21.25,13.89L21.76,10.82C21.79,10.62 21.73,10.4 21.59,10.25C21.45,10.09 21.24,10 21,10H15Z")}${t.learn_otherwise}
            </button>` : j}
      ${n === void 0 ? j : k`<button slot="actions" ?disabled=${this.busy} @click=${() => this.accept(e, [n])}>
            ${t.add_anyway}
          </button>`}
      <button
        slot="actions"
        class="main"
        ?disabled=${this.busy || e.pictures.length === 0}
        @click=${() => this.accept(e)}
      >
        ${I(a)}${t.learn_accept}
      </button>`;
	}
};
L([N({ attribute: !1 })], R.prototype, "home", void 0), L([N()], R.prototype, "person", void 0), L([N()], R.prototype, "camera", void 0), L([P()], R.prototype, "name", void 0), L([P()], R.prototype, "chosen", void 0), L([P()], R.prototype, "sitting", void 0), L([P()], R.prototype, "failure", void 0), L([P()], R.prototype, "doubt", void 0), L([P()], R.prototype, "busy", void 0), L([P()], R.prototype, "own", void 0), L([P()], R.prototype, "otherwise", void 0), L([Ye("video")], R.prototype, "video", void 0), L([P()], R.prototype, "look", void 0), R = L([F("face-learn")], R);
var z = class extends M {
	constructor(...e) {
		super(...e), this.loading = !0;
	}
	static {
		this.styles = [dt];
	}
	get words() {
		return this.home.speech.words;
	}
	willUpdate(e) {
		e.has("home") && this.reload();
	}
	load() {
		return Promise.resolve();
	}
	async reload() {
		await this.attempt(() => this.load()), this.loading = !1;
	}
	async attempt(e) {
		try {
			return await e(), !0;
		} catch (e) {
			return this.tell({ text: this.home.speech.fill(this.words.failed, { reason: this.home.speech.refusal(e) }) }), !1;
		}
	}
	tell(e) {
		this.dispatchEvent(new CustomEvent("face-notice", {
			detail: e,
			bubbles: !0,
			composed: !0
		}));
	}
	delete(e, t) {
		return this.attempt(async () => {
			let { change: n } = await t();
			n == null ? this.tell({ text: e }) : this.tell({
				text: e,
				undo: () => this.home.client.undo(n.change_id)
			});
		});
	}
	async offerUndo(e, t) {
		let { client: n, server: r } = this.home, i = r.changes ? (await n.changes()).filter(t) : [];
		this.tell(i.length === 0 ? { text: e } : {
			text: e,
			undo: async () => {
				for (let e of i) await n.undo(e.change_id);
			}
		});
	}
	merge(e, t) {
		return this.attempt(async () => {
			await this.home.client.merge(e.id, t.id);
			let n = this.home.speech.fill(this.words.was_merged, {
				name: e.name,
				other: t.name
			});
			await this.offerUndo(n, (t) => t.kind === "people_merged" && t.person?.id === e.id);
		});
	}
	changed() {
		this.dispatchEvent(new CustomEvent("face-changed", {
			bubbles: !0,
			composed: !0
		}));
	}
	cameraName(e) {
		return this.home.state.cameras.find((t) => t.camera === e)?.name ?? e ?? "";
	}
	waiting() {
		return k`<p class="empty" role="status">${this.words.loading}</p>`;
	}
};
L([N({ attribute: !1 })], z.prototype, "home", void 0), L([P()], z.prototype, "loading", void 0);
var xt = {
	now: "Jetzt",
	people: "Personen",
	unknown: "Unbekannte",
	timeline: "Verlauf",
	check: "Prüfen",
	cameras: "Kameras",
	settings: "Einstellungen",
	title: "Gesichter",
	menu: "Seitenleiste ein- oder ausblenden",
	pages: "Seiten",
	server: "Gesichtserkennung",
	loading: "Wird geladen …",
	failed: "Das hat nicht geklappt: {reason}",
	try_again: "Noch einmal",
	no_server: "Es ist keine Gesichtserkennung verbunden. Füge eine unter Einstellungen › Geräte & Dienste hinzu.",
	not_connected: "Die Gesichtserkennung ist gerade nicht verbunden. Was du siehst, kann veraltet sein.",
	only_look: "Du kannst dich umsehen. Ändern können hier nur Administratoren etwas.",
	cancel: "Abbrechen",
	close: "Schließen",
	save: "Speichern",
	back: "Zurück",
	done: "Fertig",
	undo: "Rückgängig",
	nobody_in_view: "Niemand zu sehen",
	somebody_unknown: "jemand Unbekanntes",
	in_view: "Zu sehen: {who}",
	last_picture: "Letztes Bild {when}",
	no_picture_yet: "Noch kein Bild mit einem Gesicht",
	picture_of_camera: "Das letzte Bild von {camera} mit einem Gesicht",
	no_cameras: "Noch keine Kameras. Füge eine auf der Seite der Integration Face hinzu.",
	is_at: "Bei {camera} seit {when}",
	was_at: "Zuletzt gesehen bei {camera}, {when}",
	never_seen: "Noch nicht gesehen",
	at_home: "Zu Hause",
	no_people: "Noch ist niemand bekannt. Füge jemanden mit ein, zwei Fotos hinzu.",
	add_person: "Person hinzufügen",
	add_photos: "Fotos hinzufügen",
	name: "Name",
	name_hint: "Der echte Name, zum Beispiel Anna",
	add: "Hinzufügen",
	photos_chosen: {
		one: "{n} Foto ausgewählt. Wessen Gesicht ist es?",
		other: "{n} Fotos ausgewählt. Wessen Gesicht ist es?"
	},
	who_at_home: "Wer ist {name} in Home Assistant?",
	who_at_home_text: "Wer verknüpft ist, kommt nach Hause, sobald eine Kamera, die als Zuhause zählt, das bestätigt. Der Standort des Handys zählt weiterhin.",
	new_at_home: "Eine neue Person",
	nobody_at_home: "Niemand",
	is_linked: "{name} ist {home} in Home Assistant.",
	is_nobody: "{name} ist mit niemandem in Home Assistant verknüpft.",
	add_line: "Diese Person steht in YAML und lässt sich von Integrationen nicht ändern. Füge diese Zeile zu ihren device_trackers hinzu: - {tracker}",
	none_counts: "Noch zählt keine Kamera als Zuhause: Schalte das für eine Kamera im Haus auf ihrer Seite in Home Assistant ein.",
	photos: {
		one: "{n} Foto",
		other: "{n} Fotos"
	},
	drop_here: "Fotos, einen Ordner oder eine Zip-Datei hierher ziehen oder auswählen",
	choose_folder: "Ordner auswählen",
	left_out: {
		one: "Eine Datei wurde ausgelassen: kein Foto oder zu groß.",
		other: "{n} Dateien wurden ausgelassen: keine Fotos, zu groß oder zu viele."
	},
	zip_broken: "{name} lässt sich nicht entpacken.",
	choose_photos: "Fotos auswählen",
	take_photo: "Foto aufnehmen",
	photo_advice: "Am besten sind drei oder vier verschiedene Fotos: von vorn, ein wenig von jeder Seite und in anderem Licht.",
	photo_of: "Foto von {name}",
	quality: "Qualität {percent}",
	quality_good: "gut",
	quality_fair: "mittel",
	quality_poor: "schlecht",
	not_used: "Nicht verwendet: {reason}",
	rename: "Umbenennen",
	new_name: "Neuer Name",
	merge: "Zusammenführen",
	merge_into: "Zusammenführen mit",
	merge_text: "Alle Fotos und Sichtungen von {name} gehen an die andere Person, und {name} wird vergessen. Das kannst du eine Stunde lang rückgängig machen.",
	choose_person: "Person auswählen",
	delete: "Löschen",
	delete_person: "{name} löschen?",
	delete_person_text: "{name} wird nicht mehr erkannt und nirgends mehr gezeigt. Eine Stunde lang lässt sich das rückgängig machen; danach werden alle Fotos und Sichtungen endgültig gelöscht.",
	deleted_person: "{name} ist gelöscht.",
	erased_person: "{name} ist mit allen Fotos und Sichtungen endgültig gelöscht.",
	delete_photo: "Dieses Foto löschen?",
	delete_photo_text: "Es zählt nicht mehr für {name}. Eine Stunde lang lässt sich das rückgängig machen; danach wird es endgültig gelöscht.",
	deleted_photo: "Das Foto ist gelöscht.",
	erased_photo: "Das Foto ist endgültig gelöscht.",
	erase_at_once: "Sofort endgültig löschen, ohne Rückgängig",
	erase: "Endgültig löschen",
	done_lately: "In der letzten Stunde getan",
	done_lately_text: "Das lässt sich rückgängig machen, bis die Stunde um ist, auch was die Knöpfe von Benachrichtigungen getan haben.",
	deleted_until: "wird um {time} endgültig gelöscht",
	undone_until: "lässt sich bis {time} rückgängig machen",
	is_undone: "Rückgängig gemacht: {what}",
	was_merged: "{name} ist jetzt {other}",
	unknown_named: "Unbekannte Person benannt: {name}",
	unknown_ignored: "Unbekannte Person ignoriert",
	unknown_forgotten: "Unbekannte Person vergessen",
	put_back: "Zurückholen",
	put_back_first: "Hole zuerst {name} zurück",
	was_put_back: "Wieder da: {what}",
	erase_now: "Jetzt endgültig löschen",
	erase_text: "{what} lässt sich danach nicht mehr zurückholen.",
	search_people: "Suchen",
	progress: "{done} von {all} Fotos",
	waiting: "wartet",
	learning: "wird angesehen",
	accepted: "hinzugefügt, Qualität {percent}",
	choose_face: "Welches Gesicht ist {name}?",
	face_number: "Gesicht {n}",
	add_anyway: "Trotzdem hinzufügen",
	skip: "Überspringen",
	skipped: "übersprungen",
	learn_here: "Jemanden hier kennenlernen",
	learn_at_camera: "Vor einer Kamera kennenlernen",
	learn_title: "Jemanden vor einer Kamera kennenlernen",
	learn_person: "{name} vor einer Kamera kennenlernen",
	learn_intro: "Stell dich vor die Kamera und folge den Hinweisen hier, höchstens eine Minute lang. Die Bilder werden nur behalten, wenn du es sagst.",
	learn_start: "Los geht’s",
	learn_live: "Was {camera} sieht",
	learn_left: "noch {seconds} Sekunden",
	learn_pictures: {
		one: "{n} Bild",
		other: "{n} Bilder"
	},
	learn_over: "Stimmen diese Bilder?",
	learn_nothing: "Es war kein gutes Bild dabei. Versuche es noch einmal, näher an der Kamera oder bei besserem Licht.",
	learn_accept: "Behalten",
	learn_again: "Noch einmal von vorn",
	learn_otherwise: "Noch einmal, anders",
	learn_otherwise_text: "Trägst du manchmal Brille oder Mütze, oder nimmst du sie ab? Dann noch einmal so; diese Bilder bleiben. Komm auch bei Nacht noch einmal, oder warte: Bilder aus dem Dunkeln werden nach einem Besuch von selbst vorgeschlagen.",
	learn_otherwise_now: "Jetzt einmal anders: Brille oder Mütze ab oder auf. Oder im Dunkeln, wie bei Nacht.",
	own_camera: "Kamera dieses Geräts",
	own_camera_view: "Was die Kamera dieses Geräts sieht",
	own_camera_insecure: "Browser geben einer Seite die Kamera nur über HTTPS frei. Öffne Home Assistant über seine https://-Adresse oder nimm eine Kamera des Hauses",
	own_camera_refused: "diese Seite darf die Kamera nicht benutzen. Erlaube es in den Einstellungen des Browsers oder der App",
	own_camera_missing: "dieses Gerät hat keine Kamera, die der Browser benutzen kann",
	own_camera_busy: "ein anderes Programm benutzt die Kamera",
	ask_step_into_view: "Komm ins Bild",
	ask_one_person_only: "Bitte nur eine Person",
	ask_somebody_else: "Das ist jemand anderes",
	ask_come_closer: "Komm näher",
	ask_hold_still: "Halt still",
	ask_more_light: "Mehr Licht, bitte",
	ask_less_light: "Weniger Licht, bitte",
	ask_look_at_camera: "Schau in die Kamera",
	ask_look_left: "Dreh den Kopf ein wenig nach links",
	ask_look_right: "Dreh den Kopf ein wenig nach rechts",
	view_front: "von vorn",
	view_side: "von der Seite",
	proposals: "Bilder, die helfen würden",
	proposals_help: {
		one: "Ein Bild würde helfen",
		other: "{n} Bilder würden helfen"
	},
	proposals_intro: "Sie stammen von Besuchen der letzten Tage und zeigen jemanden so wie kein Foto. Gelernt wird nur, was du behältst.",
	proposals_kept: {
		one: "Ein Foto hinzugefügt",
		other: "{n} Fotos hinzugefügt"
	},
	proposals_declined: "So etwas wird nicht noch einmal vorgeschlagen",
	keep: "Behalten",
	keep_not: "Nicht behalten",
	keep_all: "Alle behalten",
	keep_none: "Keines behalten",
	adds_front: "von vorn",
	adds_left: "von links",
	adds_right: "von rechts",
	adds_infrared: "im Dunkeln",
	adds_look: "sieht anders aus",
	search_picture: "Haben wir diese Person gesehen?",
	search_intro: "Ein Foto wird mit allen Bekannten, mit Unbekannten und mit allen Sichtungen verglichen. Es wird nicht behalten.",
	search_choose: "Foto auswählen",
	search_looking: "Wird verglichen …",
	search_no_face: "In diesem Bild ist kein Gesicht zu finden.",
	search_turned: "Kein Gesicht gefunden. Das Bild scheint gedreht zu sein: Drehe es um {degrees}° und versuche es noch einmal.",
	search_several: "{n} Gesichter: Wähle eines aus.",
	search_found: "Diese sehen ähnlich aus.",
	search_nobody: "Niemand, der hier in Erinnerung ist, sieht so aus.",
	search_compared: {
		one: "Verglichen wurde eine Sichtung.",
		other: "Verglichen wurden {n} Sichtungen."
	},
	search_learning: "Es werden noch Fotos gelernt; jemand kann fehlen.",
	search_unknowns: "Unbekannte",
	search_sightings: "Sichtungen",
	search_taken_for: "für {name} gehalten",
	search_more: {
		one: "Eine weitere Sichtung sieht ähnlich aus.",
		other: "{n} weitere Sichtungen sehen ähnlich aus."
	},
	likelihood_sure: "fast sicher",
	likelihood_likely: "wahrscheinlich",
	likelihood_possible: "vielleicht",
	likelihood_help: "Fast sicher: Von 1.000 Fremden ist einer jemandem hier so ähnlich. Wahrscheinlich: von 100. Vielleicht: von 20.",
	refused_no_face: "kein Gesicht gefunden",
	refused_multiple_faces: "mehrere Gesichter: wähle eines aus",
	refused_too_small: "das Gesicht ist zu klein",
	refused_too_blurry: "das Gesicht ist zu unscharf",
	refused_duplicate: "schon vorhanden",
	refused_somebody_elses: "dieses Foto gehört schon zu {person}; lösche es zuerst dort, wenn das falsch ist",
	refused_looks_like_someone_else: "sieht eher aus wie {person}",
	refused_unreadable_image: "kein lesbares Bild",
	refused_too_large: "die Datei ist zu groß",
	refused_invalid_name: "das geht nicht als Name",
	refused_name_taken: "so heißt schon jemand",
	refused_not_found: "das gibt es nicht mehr",
	refused_storage_failed: "es konnte nicht gespeichert werden",
	refused_busy: "der Server ist ausgelastet; versuche es noch einmal",
	refused_no_answer: "die Gesichtserkennung hat nicht geantwortet",
	refused_unauthorized: "das dürfen nur Administratoren",
	reason_too_small: "zu wenige Pixel",
	reason_blurry: "unscharf",
	reason_turned_away: "schaut zur Seite",
	reason_too_dark: "zu dunkel",
	reason_too_bright: "zu hell",
	reason_low_contrast: "wenig Kontrast",
	reason_cut_off: "abgeschnitten",
	no_unknowns: "Im Moment keine Unbekannten.",
	unknown_intro: "Leute, die gesehen wurden, aber nicht bekannt sind. Sag, wer sie sind, oder dass sie nicht wichtig sind.",
	unknown_person: "Unbekannte Person",
	seen_times: {
		one: "Einmal gesehen",
		other: "{n}-mal gesehen"
	},
	first_last: "Zuerst {first}, zuletzt {last}",
	at_camera: "bei {camera}",
	who_is_this: "Wer ist das?",
	this_is: "Das ist …",
	looks_a_bit_like: "Am ähnlichsten",
	similarity: "Ähnlichkeit {value}",
	ignore: "Ignorieren",
	ignored: "Ignoriert",
	show_ignored: "Ignorierte zeigen ({n})",
	select: "Auswählen",
	selected: {
		one: "{n} ausgewählt",
		other: "{n} ausgewählt"
	},
	delete_unknown: "Diese unbekannte Person vergessen?",
	delete_unknown_text: "Die Bilder werden gelöscht; das kannst du eine Stunde lang rückgängig machen. Kommt die Person wieder, ist sie eine neue Unbekannte.",
	now_forgotten: "Diese unbekannte Person ist vergessen.",
	named: "{name} ist jetzt durch diese Bilder bekannt.",
	now_ignored: "Diese Person wird nicht mehr gemeldet.",
	no_sightings: "Noch wurde niemand gesehen.",
	no_match: "Zu diesen Filtern gibt es nichts.",
	everybody: "Alle",
	all_cameras: "Alle Kameras",
	person: "Person",
	camera: "Kamera",
	today: "Heute",
	yesterday: "Gestern",
	more: "Mehr anzeigen",
	grade_confirmed: "bestätigt",
	grade_seen: "sieht aus wie",
	corrected: "korrigiert",
	why: "Warum?",
	why_then: "Entschieden bei Ähnlichkeit {similarity}: zu {probability} sicher, dass es {name} ist.",
	why_now: "Verglichen mit den heutigen Fotos",
	why_needed: "Ähnlich genug ab {seen}, durch mehrere Bilder bestätigt ab {confirmed}.",
	why_no_face: "In diesem Bild allein ist kein Gesicht zu finden.",
	nearest_photo: "Das ähnlichste Foto von {name}",
	wrong: "Das stimmt nicht",
	wrong_title: "War das nicht {name}?",
	it_was: "Es war",
	somebody_else: "Jemand anderes",
	dont_know: "Ich weiß nicht, wer es war",
	not_a_person: "Ein Bild oder Bildschirm, niemand war da",
	was_corrected: "Gemerkt. Gesichter wie dieses zählen nicht mehr als {name}.",
	was_undone: "Die Korrektur ist zurückgenommen.",
	picture_of_sighting: "{name} bei {camera}, {when}",
	all_well: "Alle Fotos sind in Ordnung.",
	check_intro: "Fotos und Personen, die die Erkennung schlechter machen. Nichts ändert sich, solange du nichts änderst.",
	check_unusable: "Fotos und Ordner, die nicht verwendet werden können",
	check_somebody_elses: "Fotos, die wie jemand anderes aussehen",
	check_same_person: "Zwei Personen, die wie eine aussehen",
	check_unlike: "Fotos, die den anderen der Person nicht ähneln",
	check_missing: "Personen, deren Ordner fehlen",
	check_skipped: "Übergangene Dateien und Ordner ({n})",
	accept_photo: "Das stimmt so",
	check_poor: "Fotos von schlechter Qualität",
	check_duplicate: "Fotos, die dasselbe zeigen wie ein anderes",
	check_one_sided: "Personen, die nur von einer Seite bekannt sind",
	effect_delete: "Ohne dieses Foto: {changes}.",
	effect_move: "Als Foto von {other}: {changes}.",
	effect_merge: "Als eine Person: {changes}.",
	effect_teach: "Mit den Bildern, die auf Antwort warten: {changes}.",
	effect_teach_none: "{name} lässt sich mit Fotos von vorn und von jeder Seite leichter erkennen.",
	effect_strangers_fewer: {
		one: "Ein Fremder weniger sieht {name} ähnlich",
		other: "{n} Fremde weniger sehen {name} ähnlich"
	},
	effect_strangers_more: {
		one: "Ein Fremder mehr sieht {name} ähnlich",
		other: "{n} Fremde mehr sehen {name} ähnlich"
	},
	effect_visits_more: {
		one: "Ein Besuch mehr wird erkannt",
		other: "{n} Besuche mehr werden erkannt"
	},
	effect_visits_fewer: {
		one: "Ein Besuch weniger wird erkannt",
		other: "{n} Besuche weniger werden erkannt"
	},
	effect_none: "Es ändert sich dadurch nichts: Von den letzten {visits} Besuchen werden mit und ohne {visits_before} erkannt.",
	effect_unknown: "Noch gibt es keine Besuche, an denen sich zeigt, was das ändert.",
	move_to: "{name} geben",
	moved_to: "Es ist jetzt ein Foto von {name}.",
	open_person: "Öffnen",
	checking: "Die Fotos werden durchgesehen …",
	faces_now: {
		one: "{n} Gesicht zu sehen",
		other: "{n} Gesichter zu sehen"
	},
	counts_as_home: "Zählt als zu Hause",
	not_home: "Zählt nicht als zu Hause",
	turned_by: "Bilder werden um {degrees}° gedreht",
	suggest_turn: "Die Gesichter scheinen gedreht zu sein. Stelle die Drehung dieser Kamera auf {degrees}°.",
	look_now: "Bild jetzt prüfen",
	looking: "Wird angesehen …",
	no_face_now: "Gerade ist kein Gesicht im Bild. Stell dich dorthin, wo sonst Leute stehen, und prüfe noch einmal.",
	face_is: "{who}: {size} Pixel, Qualität {percent}",
	face_too_small: "Geh näher heran oder nimm einen Stream mit mehr Pixeln: {size} Pixel sind wenig, ab 60 ist es gut.",
	face_well: "Diese Kamera sieht Gesichter gut genug.",
	picture_size: "Bild {width} × {height}",
	sight_good: "Sieht Gesichter gut",
	sight_fair: "Könnte Gesichter besser sehen",
	sight_poor: "Sieht Gesichter schlecht",
	sight_unknown: "Zu wenige Besuche, um zu sagen, wie gut sie Gesichter sieht",
	sight_visits: {
		one: "Beim letzten Besuch",
		other: "Bei den letzten {n} Besuchen"
	},
	sight_confirmed: {
		one: "jemand wurde einmal bestätigt",
		other: "jemand wurde {n}-mal bestätigt"
	},
	sight_size: "Größe",
	sight_pixels: "{size} Pixel",
	sight_sharpness: "Schärfe",
	sight_light: "Licht",
	sight_angle: "Blickwinkel",
	sight_often: "({visits} von {all} Besuchen)",
	change_too_small: "Gesichter sind hier {size} Pixel groß; gut sind 60 oder mehr. Bring die Kamera näher an, zoome heran oder nimm einen Stream mit mehr Pixeln.",
	change_blurry: "Gesichter sind hier unscharf. Reinige die Linse, stelle scharf und sorge für mehr Licht, damit die Kamera kürzer belichtet.",
	change_turned_away: "Gesichter sind hier abgewandt. Bring die Kamera auf Gesichtshöhe an, dort, wohin man beim Kommen schaut.",
	change_too_dark: "Gesichter sind hier dunkel. Beleuchte sie von der Kamera her und halte hellen Himmel und Fenster hinter den Leuten aus dem Bild.",
	change_too_bright: "Gesichter sind hier überbelichtet. Halte Sonne und Lampen von ihnen fern oder belichte weniger.",
	change_low_contrast: "Gesichter haben hier wenig Kontrast. Vermeide Gegenlicht und Blendung und reinige die Linse.",
	change_cut_off: "Gesichter sind hier vom Bildrand abgeschnitten. Drehe die Kamera so, dass die Leute in der Mitte sind.",
	accuracy: "Genauigkeit",
	accuracy_sentence: "Von 1.000 Besuchen Fremder dürfen höchstens {n} für jemanden gehalten werden, den du kennst.",
	accuracy_label: "Verwechselte Fremde je 1.000 Besuche",
	accuracy_strict: "Weniger Verwechslungen, aber Personen werden später oder seltener bestätigt.",
	accuracy_loose: "Personen werden schneller bestätigt, aber Fremde öfter verwechselt.",
	accuracy_medium: "Ein guter Mittelweg für die meisten.",
	stays_present: "Wer gesehen wurde, gilt danach {minutes} Minuten lang als anwesend.",
	minutes: "Minuten",
	kept_days: "Sichtungen und Unbekannte werden {days} Tage aufbewahrt.",
	days: "Tage",
	saved: "Gespeichert.",
	library: "Alle Fotos als eine Datei",
	library_text: "Alle Personen mit ihren Fotos und Einstellungen, zum Aufheben oder für einen anderen Server. Besuche und Unbekannte sind nicht dabei.",
	library_export: "Herunterladen",
	library_import: "Datei importieren",
	library_importing: "Die Datei wird geprüft und importiert …",
	library_imported: "Importiert:",
	library_new: "neu",
	library_added: {
		one: "{n} Foto hinzugefügt",
		other: "{n} Fotos hinzugefügt"
	},
	library_known: {
		one: "{n} Foto war schon da",
		other: "{n} Fotos waren schon da"
	},
	library_elsewhere: "{file} ist hier ein Foto von {name}",
	card_name: "Gesichter",
	card_description: "Wer zu Hause ist und wer zuletzt kam.",
	card_nobody: "Niemand ist zu Hause.",
	card_last: "Zuletzt: {name} bei {camera}, {when}"
}, St = {
	now: "Now",
	people: "People",
	unknown: "Unknown",
	timeline: "Timeline",
	check: "Check",
	cameras: "Cameras",
	settings: "Settings",
	title: "Faces",
	menu: "Show or hide the sidebar",
	pages: "Pages",
	server: "Face server",
	loading: "Loading…",
	failed: "That didn't work: {reason}",
	try_again: "Try again",
	no_server: "No face server is connected. Add one under Settings › Devices & services.",
	not_connected: "The face server isn't connected right now. What you see may be out of date.",
	only_look: "You can look around. Only administrators can change something here.",
	cancel: "Cancel",
	close: "Close",
	save: "Save",
	back: "Back",
	done: "Done",
	undo: "Undo",
	nobody_in_view: "Nobody in view",
	somebody_unknown: "somebody unknown",
	in_view: "In view: {who}",
	last_picture: "Last picture {when}",
	no_picture_yet: "No face in a picture yet",
	picture_of_camera: "The last picture of {camera} with a face",
	no_cameras: "No cameras yet. Add one on the page of the Face integration.",
	is_at: "At {camera} since {when}",
	was_at: "Last seen at {camera}, {when}",
	never_seen: "Not seen yet",
	at_home: "At home",
	no_people: "Nobody is known yet. Add somebody with a photo or two.",
	add_person: "Add somebody",
	add_photos: "Add photos",
	name: "Name",
	name_hint: "Their real name, for example Anna",
	add: "Add",
	photos_chosen: {
		one: "{n} photo chosen. Whose face is it?",
		other: "{n} photos chosen. Whose face is it?"
	},
	who_at_home: "Who is {name} in Home Assistant?",
	who_at_home_text: "Somebody who is linked comes home when a camera that counts as home confirms them. A phone's tracker keeps working.",
	new_at_home: "A new person",
	nobody_at_home: "Nobody",
	is_linked: "{name} is {home} in Home Assistant.",
	is_nobody: "{name} isn't linked to anybody in Home Assistant.",
	add_line: "That person is defined in YAML, which integrations cannot change. Please add this line to their device_trackers: - {tracker}",
	none_counts: "No camera counts as home yet: switch that on for a camera inside, on its page in Home Assistant.",
	photos: {
		one: "{n} photo",
		other: "{n} photos"
	},
	drop_here: "Drop photos, a folder or a zip file here, or choose them",
	choose_folder: "Choose a folder",
	left_out: {
		one: "One file was left out: no photo, or too large.",
		other: "{n} files were left out: no photos, too large, or too many."
	},
	zip_broken: "{name} can't be unpacked.",
	choose_photos: "Choose photos",
	take_photo: "Take a photo",
	photo_advice: "Three or four different photos are best: from the front, a little from each side, and in another light.",
	photo_of: "Photo of {name}",
	quality: "Quality {percent}",
	quality_good: "good",
	quality_fair: "fair",
	quality_poor: "poor",
	not_used: "Not used: {reason}",
	rename: "Rename",
	new_name: "New name",
	merge: "Merge",
	merge_into: "Merge into",
	merge_text: "All photos and sightings of {name} move to the other person, and {name} is forgotten. You can undo this for an hour.",
	choose_person: "Choose a person",
	delete: "Delete",
	delete_person: "Delete {name}?",
	delete_person_text: "{name} is no longer recognised or shown. You can undo this for an hour; then all photos and sightings are erased for good.",
	deleted_person: "{name} is deleted.",
	erased_person: "{name} is erased, with all photos and sightings.",
	delete_photo: "Delete this photo?",
	delete_photo_text: "It no longer counts for {name}. You can undo this for an hour; then it is erased for good.",
	deleted_photo: "The photo is deleted.",
	erased_photo: "The photo is erased.",
	erase_at_once: "Erase it for good at once: no undo",
	erase: "Erase",
	done_lately: "Done in the last hour",
	done_lately_text: "You can undo these, also what the buttons of notifications did, until their hour is over.",
	deleted_until: "erased at {time}",
	undone_until: "can be undone until {time}",
	is_undone: "Undone: {what}",
	was_merged: "{name} is now {other}",
	unknown_named: "Unknown person named: {name}",
	unknown_ignored: "Unknown person ignored",
	unknown_forgotten: "Unknown person forgotten",
	put_back: "Put back",
	put_back_first: "Put {name} back first",
	was_put_back: "{what}: back again.",
	erase_now: "Erase now",
	erase_text: "{what} can't be put back after this.",
	search_people: "Search",
	progress: "{done} of {all} photos",
	waiting: "waiting",
	learning: "being looked at",
	accepted: "added, quality {percent}",
	choose_face: "Which face is {name}?",
	face_number: "Face {n}",
	add_anyway: "Add anyway",
	skip: "Skip",
	skipped: "skipped",
	learn_here: "Learn somebody here",
	learn_at_camera: "Learn at a camera",
	learn_title: "Learn somebody at a camera",
	learn_person: "Learn {name} at a camera",
	learn_intro: "Stand before the camera and do what this page says, for a minute at most. The pictures are kept only if you say so.",
	learn_start: "Start",
	learn_live: "What {camera} sees",
	learn_left: "{seconds} seconds left",
	learn_pictures: {
		one: "{n} picture",
		other: "{n} pictures"
	},
	learn_over: "Are these pictures right?",
	learn_nothing: "There was no good picture. Try again, closer to the camera or in better light.",
	learn_accept: "Keep these",
	learn_again: "Start again",
	learn_otherwise: "Once more, looking otherwise",
	learn_otherwise_text: "Do you sometimes wear glasses or a cap, or take them off? Then go once more the other way; these pictures are kept. Come once more at night, too, or wait: pictures from the dark are suggested by themselves after a visit.",
	learn_otherwise_now: "Now look different: glasses or cap off, or on. Or stand there in the dark, as at night.",
	own_camera: "This device's camera",
	own_camera_view: "What this device's camera sees",
	own_camera_insecure: "browsers give a page their camera only over HTTPS. Open Home Assistant by its https:// address, or use one of the home's cameras",
	own_camera_refused: "this page may not use the camera. Allow it in the settings of the browser or the app",
	own_camera_missing: "this device has no camera that the browser can use",
	own_camera_busy: "another program is using the camera",
	ask_step_into_view: "Step into view",
	ask_one_person_only: "Only one person, please",
	ask_somebody_else: "This is somebody else",
	ask_come_closer: "Come closer",
	ask_hold_still: "Hold still",
	ask_more_light: "More light, please",
	ask_less_light: "Less light, please",
	ask_look_at_camera: "Look at the camera",
	ask_look_left: "Turn your head a little to your left",
	ask_look_right: "Turn your head a little to your right",
	view_front: "from the front",
	view_side: "from the side",
	proposals: "Pictures that would help",
	proposals_help: {
		one: "One picture would help",
		other: "{n} pictures would help"
	},
	proposals_intro: "They are from visits of the last days and show somebody as no photo does. Nothing is learned unless you keep it.",
	proposals_kept: {
		one: "One photo added",
		other: "{n} photos added"
	},
	proposals_declined: "Nothing like that will be suggested again",
	keep: "Keep",
	keep_not: "Don't keep",
	keep_all: "Keep all",
	keep_none: "Keep none",
	adds_front: "from the front",
	adds_left: "from the left",
	adds_right: "from the right",
	adds_infrared: "in the dark",
	adds_look: "looks different",
	search_picture: "Have we seen this person?",
	search_intro: "A photo is compared with everybody who is known, with unknown people and with all sightings. It isn't kept.",
	search_choose: "Choose a photo",
	search_looking: "Comparing…",
	search_no_face: "No face was found in this picture.",
	search_turned: "No face was found. The picture seems to be turned: turn it by {degrees}° and try again.",
	search_several: "{n} faces: choose one.",
	search_found: "These look alike.",
	search_nobody: "Nobody who is remembered looks like this.",
	search_compared: {
		one: "One sighting was compared.",
		other: "{n} sightings were compared."
	},
	search_learning: "Photos are still being learned, so somebody may be missing.",
	search_unknowns: "Unknown people",
	search_sightings: "Sightings",
	search_taken_for: "taken for {name}",
	search_more: {
		one: "One more sighting looks alike.",
		other: "{n} more sightings look alike."
	},
	likelihood_sure: "almost certainly",
	likelihood_likely: "probably",
	likelihood_possible: "perhaps",
	likelihood_help: "Almost certainly: 1 in 1,000 strangers looks as much like somebody here. Probably: 1 in 100. Perhaps: 1 in 20.",
	refused_no_face: "no face found",
	refused_multiple_faces: "several faces: choose one",
	refused_too_small: "the face is too small",
	refused_too_blurry: "the face is too blurry",
	refused_duplicate: "already added",
	refused_somebody_elses: "this photo is one of {person}'s; delete it there first if that is wrong",
	refused_looks_like_someone_else: "looks more like {person}",
	refused_unreadable_image: "not a picture that can be read",
	refused_too_large: "the file is too large",
	refused_invalid_name: "this can't be used as a name",
	refused_name_taken: "somebody else has this name",
	refused_not_found: "it is no longer there",
	refused_storage_failed: "it could not be saved",
	refused_busy: "the server is busy; try again",
	refused_no_answer: "the face server didn't answer",
	refused_unauthorized: "only administrators may do this",
	reason_too_small: "too few pixels",
	reason_blurry: "blurry",
	reason_turned_away: "looks to the side",
	reason_too_dark: "too dark",
	reason_too_bright: "too bright",
	reason_low_contrast: "little contrast",
	reason_cut_off: "cut off",
	no_unknowns: "No unknown people at the moment.",
	unknown_intro: "People who were seen but aren't known. Say who they are, or that they don't matter.",
	unknown_person: "Unknown person",
	seen_times: {
		one: "Seen once",
		other: "Seen {n} times"
	},
	first_last: "First {first}, last {last}",
	at_camera: "at {camera}",
	who_is_this: "Who is this?",
	this_is: "This is …",
	looks_a_bit_like: "Most alike",
	similarity: "similarity {value}",
	ignore: "Ignore",
	ignored: "Ignored",
	show_ignored: "Show ignored people ({n})",
	select: "Select",
	selected: {
		one: "{n} selected",
		other: "{n} selected"
	},
	delete_unknown: "Forget this unknown person?",
	delete_unknown_text: "The pictures are deleted; you can undo this for an hour. If the person comes again, they are a new unknown person.",
	now_forgotten: "This unknown person is forgotten.",
	named: "{name} is now known by these pictures.",
	now_ignored: "You won't hear of this person again.",
	no_sightings: "Nobody was seen yet.",
	no_match: "Nothing matches these filters.",
	everybody: "Everybody",
	all_cameras: "All cameras",
	person: "Person",
	camera: "Camera",
	today: "Today",
	yesterday: "Yesterday",
	more: "Show more",
	grade_confirmed: "confirmed",
	grade_seen: "looks like",
	corrected: "corrected",
	why: "Why?",
	why_then: "Decided with similarity {similarity}: {probability} sure that it is {name}.",
	why_now: "Compared with today's photos",
	why_needed: "Similar enough from {seen}, confirmed by several pictures from {confirmed}.",
	why_no_face: "No face was found in this picture by itself.",
	nearest_photo: "The most similar photo of {name}",
	wrong: "That's wrong",
	wrong_title: "That wasn't {name}?",
	it_was: "It was",
	somebody_else: "Somebody else",
	dont_know: "I don't know who it was",
	not_a_person: "A picture or a screen, nobody was there",
	was_corrected: "Noted. Faces like this one no longer count as {name}.",
	was_undone: "The correction is taken back.",
	picture_of_sighting: "{name} at {camera}, {when}",
	all_well: "All photos are fine.",
	check_intro: "Photos and people that make recognition worse. Nothing is changed unless you change it.",
	check_unusable: "Photos and folders that can't be used",
	check_somebody_elses: "Photos that look like somebody else",
	check_same_person: "Two people who look like one",
	check_unlike: "Photos that don't look like the person's others",
	check_missing: "People whose folders are missing",
	check_skipped: "Skipped files and folders ({n})",
	accept_photo: "It's right",
	check_poor: "Photos of poor quality",
	check_duplicate: "Photos that show the same as another",
	check_one_sided: "People known from one side only",
	effect_delete: "Without this photo, {changes}.",
	effect_move: "As a photo of {other}, {changes}.",
	effect_merge: "As one person, {changes}.",
	effect_teach: "With the pictures that wait to be kept, {changes}.",
	effect_teach_none: "{name} is easier to recognise with photos from the front and from each side.",
	effect_strangers_fewer: {
		one: "one stranger fewer looks like {name}",
		other: "{n} strangers fewer look like {name}"
	},
	effect_strangers_more: {
		one: "one stranger more looks like {name}",
		other: "{n} strangers more look like {name}"
	},
	effect_visits_more: {
		one: "one visit more is recognised",
		other: "{n} visits more are recognised"
	},
	effect_visits_fewer: {
		one: "one visit fewer is recognised",
		other: "{n} visits fewer are recognised"
	},
	effect_none: "Nothing changes by it: of the last {visits} visits, {visits_before} are recognised with and without it.",
	effect_unknown: "What that would change can't be told yet: there were no visits.",
	move_to: "Give it to {name}",
	moved_to: "It is a photo of {name} now.",
	open_person: "Open",
	checking: "Looking through the photos…",
	faces_now: {
		one: "{n} face in view",
		other: "{n} faces in view"
	},
	counts_as_home: "Counts as home",
	not_home: "Doesn't count as home",
	turned_by: "Pictures are turned by {degrees}°",
	suggest_turn: "The faces seem to be turned. Set the rotation of this camera to {degrees}°.",
	look_now: "Check the picture now",
	looking: "Looking…",
	no_face_now: "No face in the picture right now. Stand where people usually stand and check again.",
	face_is: "{who}: {size} pixels, quality {percent}",
	face_too_small: "Come closer, or use a stream with more pixels: {size} pixels are few, 60 or more are good.",
	face_well: "This camera sees faces well enough.",
	picture_size: "Picture {width} × {height}",
	sight_good: "Sees faces well",
	sight_fair: "Could see faces better",
	sight_poor: "Sees faces badly",
	sight_unknown: "Too few visits to say how well it sees faces",
	sight_visits: {
		one: "In the last visit",
		other: "In the last {n} visits"
	},
	sight_confirmed: {
		one: "somebody was confirmed once",
		other: "somebody was confirmed {n} times"
	},
	sight_size: "Size",
	sight_pixels: "{size} pixels",
	sight_sharpness: "Sharpness",
	sight_light: "Light",
	sight_angle: "Angle",
	sight_often: "({visits} of {all} visits)",
	change_too_small: "Faces are {size} pixels large here; 60 or more are good. Move the camera nearer, zoom in, or use a stream with more pixels.",
	change_blurry: "Faces are blurry here. Clean the lens, set the focus, and give more light, so that the camera exposes for a shorter time.",
	change_turned_away: "Faces are turned away here. Put the camera at the height of faces, where people look as they come.",
	change_too_dark: "Faces are dark here. Light them from the camera's side, and keep bright sky and windows behind people out of the picture.",
	change_too_bright: "Faces are overexposed here. Keep the sun and lamps off them, or lower the exposure.",
	change_low_contrast: "Faces have little contrast here. Avoid backlight and glare, and clean the lens.",
	change_cut_off: "Faces are cut off by the picture's edge here. Turn the camera so that people are in the middle.",
	accuracy: "Accuracy",
	accuracy_sentence: "Of 1,000 visits by strangers, at most {n} may be taken for somebody you know.",
	accuracy_label: "Mistaken strangers per 1,000 visits",
	accuracy_strict: "Fewer mistakes, but people are confirmed later or less often.",
	accuracy_loose: "People are confirmed faster, but strangers are mistaken more often.",
	accuracy_medium: "A good balance for most homes.",
	stays_present: "Somebody counts as present for {minutes} minutes after being seen.",
	minutes: "Minutes",
	kept_days: "Sightings and unknown people are kept for {days} days.",
	days: "Days",
	saved: "Saved.",
	library: "All photos as one file",
	library_text: "Everybody with their photos and settings, to keep or to take to another server. Visits and unknown people aren't in it.",
	library_export: "Download",
	library_import: "Import a file",
	library_importing: "The file is being checked and imported…",
	library_imported: "Imported:",
	library_new: "new",
	library_added: {
		one: "{n} photo added",
		other: "{n} photos added"
	},
	library_known: {
		one: "{n} photo was there already",
		other: "{n} photos were there already"
	},
	library_elsewhere: "{file} is a photo of {name} here",
	card_name: "Faces",
	card_description: "Who is at home, and who came last.",
	card_nobody: "Nobody is at home.",
	card_last: "Last: {name} at {camera}, {when}"
}, Ct = {
	de: xt,
	en: St
}, wt = {
	minute: 60,
	hour: 3600,
	day: 86400
}, Tt = .6, Et = .35, Dt = class {
	constructor(e) {
		this.hass = e;
		let t = e.language.split("-")[0] ?? "en";
		this.words = Ct[t] ?? St, this.language = Ct[t] === void 0 ? "en" : e.language;
	}
	fill(e, t) {
		return e.replace(/\{(\w+)\}/g, (e, n) => String(t[n] ?? e));
	}
	count(e, t) {
		let n = new Intl.PluralRules(this.language).select(t) === "one" ? e.one : e.other;
		return this.fill(n, { n: this.number(t) });
	}
	number(e, t = 0) {
		return new Intl.NumberFormat(this.language, { maximumFractionDigits: t }).format(e);
	}
	similarity(e) {
		return new Intl.NumberFormat(this.language, {
			minimumFractionDigits: 2,
			maximumFractionDigits: 2
		}).format(e);
	}
	percent(e) {
		let t = Math.min(e, .999), n = +(t > .99);
		return new Intl.NumberFormat(this.language, {
			style: "percent",
			maximumFractionDigits: n
		}).format(t);
	}
	list(e) {
		return new Intl.ListFormat(this.language).format(e);
	}
	time(e) {
		return this.format(e, { timeStyle: "short" });
	}
	ago(e) {
		let t = (Date.parse(e) - Date.now()) / 1e3;
		if (-t >= wt.day) return this.format(e, {
			dateStyle: "medium",
			timeStyle: "short"
		});
		let n = new Intl.RelativeTimeFormat(this.language, { numeric: "auto" });
		return -t >= wt.hour ? n.format(Math.round(t / wt.hour), "hour") : n.format(Math.min(0, Math.round(t / wt.minute)), "minute");
	}
	day(e) {
		let t = this.format(e, { dateStyle: "full" }), n = (e) => this.format((/* @__PURE__ */ new Date(Date.now() - e * wt.day * 1e3)).toISOString(), { dateStyle: "full" });
		return t === n(0) ? this.words.today : t === n(1) ? this.words.yesterday : t;
	}
	format(e, t) {
		let { time_format: n } = this.hass.locale, r = n === "12" ? { hour12: !0 } : n === "24" ? { hour12: !1 } : {}, i = { timeZone: this.hass.config.time_zone };
		return new Intl.DateTimeFormat(this.language, {
			...t,
			...r,
			...i
		}).format(new Date(e));
	}
	quality(e) {
		let { quality_good: t, quality_fair: n, quality_poor: r } = this.words;
		return `${this.percent(e.overall)} (${e.overall >= Tt ? t : e.overall >= Et ? n : r})`;
	}
	reasons(e) {
		let t = this.words;
		return e.reasons.map(({ code: e, message: n }) => {
			let r = t[`reason_${e}`];
			return typeof r == "string" ? r : n;
		}).join(", ");
	}
	advice(e, t, n) {
		let r = this.words[`change_${e}`];
		return typeof r == "string" ? this.fill(r, n) : t;
	}
	refusal(e) {
		let t = this.words, { code: n, message: r, translation_key: i, translation_placeholders: a } = e, o = (e instanceof Ze ? e.details.person?.name : a?.person) ?? "", s = i ?? n ?? "", c = t[`refused_${s === "duplicate" && o !== "" ? "somebody_elses" : s}`];
		return typeof c == "string" ? this.fill(c, { person: o }) : a?.reason ?? r ?? String(e);
	}
};
function Ot(e) {
	return e.overall < Et;
}
var kt = 60, At = .4, jt = {
	unknown: "",
	good: "good",
	fair: "fair",
	poor: "bad"
}, Mt = class extends z {
	constructor(...e) {
		super(...e), this.learning = "", this.sights = [], this.looks = /* @__PURE__ */ new Map();
	}
	static {
		this.styles = [...z.styles, v`
      .grid {
        --column: 320px;
      }
      face-picture {
        aspect-ratio: 16 / 9;
      }
      h3 {
        margin: 0;
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(84px, 1fr));
        gap: 8px;
        margin: 8px 0;
      }
      dd {
        margin: 0;
      }
    `];
	}
	async load() {
		this.sights = await this.home.client.cameraSights();
	}
	render() {
		let { cameras: e } = this.home.state;
		return k`
      <h2>${this.words.cameras}</h2>
      ${e.length === 0 ? k`<p class="empty">${this.words.no_cameras}</p>` : j}
      <ul class="grid">
        ${e.map((e) => this.camera(e))}
      </ul>
      ${this.learning === "" ? j : k`<face-learn .home=${this.home} .camera=${this.learning} @closed=${() => this.learning = ""}></face-learn>`}
    `;
	}
	camera(e) {
		let { speech: n } = this.home, { words: r } = this, i = this.looks.get(e.camera), a = [
			e.area,
			e.counts_as_home ? r.counts_as_home : r.not_home,
			n.count(r.faces_now, e.faces),
			e.rotate ? n.fill(r.turned_by, { degrees: e.rotate }) : null,
			e.last_picture_at == null ? null : n.fill(r.last_picture, { when: n.ago(e.last_picture_at) })
		];
		return k`<li class="card">
      <face-picture
        whole
        .src=${e.annotated}
        .label=${n.fill(r.picture_of_camera, { camera: e.name })}
      ></face-picture>
      <div class="inner">
        <h3>${e.name}</h3>
        <p class="faint">${a.filter((e) => e != null).join(" · ")}</p>
        ${this.sight(this.sights.find((t) => t.camera === e.camera))}
        ${e.suggested_rotate == null ? j : k`<p class="note warn">${n.fill(r.suggest_turn, { degrees: e.suggested_rotate })}</p>`}
        <div class="row">
          ${e.entity_id === null ? j : k`<button ?disabled=${i === "looking"} @click=${() => this.look(e)}>
                ${i === "looking" ? r.looking : r.look_now}
              </button>`}
          ${this.home.server.teaches ? k`<button @click=${() => this.learning = e.camera}>
                ${I(t)}${r.learn_here}
              </button>` : j}
        </div>
        <div role="status">${i === void 0 || i === "looking" ? j : this.verdict(i)}</div>
      </div>
    </li>`;
	}
	sight(e) {
		if (e === void 0) return j;
		let { speech: t } = this.home, { words: n } = this, { typical: r } = e, i = Math.round(r?.size_px ?? 0), a = e.visits, o = t.count(n.sight_confirmed, e.confirmed);
		return k`<p><span class="pill ${jt[e.verdict]}">${n[`sight_${e.verdict}`]}</span></p>
      ${r == null ? j : k`<p class="faint">${t.count(n.sight_visits, a)}: ${o}.</p>
            <dl>
              ${this.measure(n.sight_size, t.fill(n.sight_pixels, { size: i }), i >= kt)}
              ${this.quality(n.sight_sharpness, r.sharpness)} ${this.quality(n.sight_light, r.light)}
              ${this.quality(n.sight_angle, r.pose)}
            </dl>`}
      ${e.changes.map(({ reason: e, visits: r, advice: o }) => k`<p class="note warn">
            ${t.advice(e.code, o, { size: i })} ${t.fill(n.sight_often, {
			visits: r,
			all: a
		})}
          </p>`)}`;
	}
	quality(e, t) {
		return this.measure(e, this.home.speech.percent(t), t >= At);
	}
	measure(e, t, n) {
		return k`<div>
      <dt class="faint">${e}</dt>
      <dd class="pill ${n ? "good" : "fair"}">${t}</dd>
    </div>`;
	}
	async look(e) {
		let { hass: t, client: n } = this.home, r = (t) => {
			let n = [...this.looks].filter(([t]) => t !== e.camera);
			this.looks = new Map(t === void 0 ? n : [...n, [e.camera, t]]);
		};
		r("looking"), await this.attempt(async () => {
			let i = t.states[e.entity_id ?? ""]?.attributes.entity_picture;
			if (typeof i != "string") throw Error(this.words.not_connected);
			let a = await t.fetchWithAuth(i);
			if (!a.ok) throw Error(a.statusText);
			r(await n.recognize(await a.blob()));
		}) || r(void 0);
	}
	verdict(e) {
		let { speech: t } = this.home;
		return k`<p class="faint">
        ${t.fill(this.words.picture_size, {
			width: e.width,
			height: e.height
		})}
      </p>
      ${e.faces.length === 0 ? k`<p>${this.words.no_face_now}</p>` : e.faces.map((e) => this.face(e))}`;
	}
	face({ identity: e, quality: t }) {
		let { speech: n } = this.home, r = e.kind === "unknown" ? this.words.unknown_person : e.person.name, i = Math.round(t.size_px), a = n.fill(this.words.face_is, {
			who: r,
			size: i,
			percent: n.quality(t)
		}), o = n.reasons(t), s = t.size_px < kt;
		return k`<p>${a}${o === "" ? "" : ` (${o})`}</p>
      ${s ? k`<p class="note warn">${n.fill(this.words.face_too_small, { size: i })}</p>` : j}
      ${s || Ot(t) ? j : k`<p class="pill good">${this.words.face_well}</p>`}`;
	}
};
L([P()], Mt.prototype, "learning", void 0), L([P()], Mt.prototype, "sights", void 0), L([P()], Mt.prototype, "looks", void 0), Mt = L([F("face-cameras")], Mt);
var Nt = [
	"somebody_elses",
	"same_person",
	"unlike",
	"duplicate",
	"poor",
	"one_sided"
], Pt = ["unusable", "missing"], Ft = class extends z {
	constructor(...e) {
		super(...e), this.base = "", this.found = [], this.problems = [], this.looked = "";
	}
	static {
		this.styles = [...z.styles, v`
      .grid {
        --column: 240px;
      }
      .inner {
        display: flex;
        flex-direction: column;
        align-items: flex-start;
        gap: 6px;
        flex: 1;
      }
      .inner p {
        margin: 0;
      }
      .pair {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: 1fr;
      }
      .actions {
        margin-top: auto;
      }
      summary {
        cursor: pointer;
        padding: 16px 0;
      }
    `];
	}
	async load() {
		let { client: e, server: t, state: n } = this.home;
		t.changes && (this.problems = await e.problems());
		let r = n.people.map((e) => `${e.id}:${e.photos}:${e.proposals}`).join();
		if (r === this.looked) return;
		this.looked = r;
		let i = [], a;
		do {
			let t = await e.care(a);
			if (r !== this.looked) return;
			i.push(...t.items), a = t.next_cursor ?? void 0, this.found = [...i], this.loading = !1;
		} while (a !== void 0);
	}
	render() {
		if (this.loading) return k`<p class="empty" role="status">${this.words.checking}</p>`;
		let e = this.problems.filter((e) => e.kind === "skipped"), t = Pt.map((e) => this.problems.filter((t) => t.kind === e));
		return k`
      <h2>${this.words.check}</h2>
      <p>${this.words.check_intro}</p>
      ${this.found.length + t.flat().length === 0 ? k`<p class="empty">${this.words.all_well}</p>` : j}
      ${Nt.map((e) => this.section(this.words[`check_${e}`], this.found.filter((t) => t.fault === e).map((e) => this.finding(e))))}
      ${Pt.map((e, n) => this.section(this.words[`check_${e}`], (t[n] ?? []).map((e) => this.file(e))))}
      ${e.length === 0 ? j : k`<details>
            <summary>${this.home.speech.fill(this.words.check_skipped, { n: e.length })}</summary>
            <ul>
              ${e.map((e) => k`<li><strong>${e.path}</strong>: ${e.message}</li>`)}
            </ul>
          </details>`}
      ${this.asked === void 0 ? j : this.question(this.asked)}
    `;
	}
	section(e, t) {
		return t.length === 0 ? j : k`<h3>${e}</h3>
      <ul class="grid">
        ${t}
      </ul>`;
	}
	finding(e) {
		let { words: t } = this, { speech: n, state: r, server: i } = this.home, { person: a, other: o } = e, s = (e) => r.people.find((t) => t.id === e?.id)?.picture, c = e.twin?.picture ?? s(o), l = o == null ? a.name : `${a.name} – ${o.name}`, u = r.people.find((e) => e.id === a.id)?.photos ?? 0;
		return k`<li class="card">
      <div class="pair">
        <face-picture .src=${e.picture ?? s(a)}></face-picture>
        ${c == null ? j : k`<face-picture .src=${c}></face-picture>`}
      </div>
      <div class="inner">
        <strong>${l}</strong>
        ${e.fault === "one_sided" ? k`<p class="faint">${n.count(t.photos, u)}</p>` : j}
        <p>${this.effect(e)}</p>
        <div class="row actions">
          ${i.changes ? this.answers(e, l) : j} ${this.link(a)}
        </div>
      </div>
    </li>`;
	}
	effect(e) {
		let { words: t } = this, { speech: n } = this.home, { strangers_before: r, strangers_after: i, visits_before: a, visits_after: o, visits: s } = e.effect, c = {
			name: e.person.name,
			other: e.other?.name ?? ""
		}, l = [];
		return r > i && l.push(n.count(t.effect_strangers_fewer, r - i)), i > r && l.push(n.count(t.effect_strangers_more, i - r)), o > a && l.push(n.count(t.effect_visits_more, o - a)), a > o && l.push(n.count(t.effect_visits_fewer, a - o)), l.length > 0 ? n.fill(t[`effect_${e.suggestion}`], {
			...c,
			changes: n.fill(n.list(l), c)
		}) : e.suggestion === "teach" ? n.fill(t.effect_teach_none, c) : s === 0 ? t.effect_unknown : n.fill(t.effect_none, {
			visits_before: a,
			visits: s
		});
	}
	answers(e, t) {
		let { words: n } = this, { other: r } = e, i = e.photo_id, a = (n) => k`<button aria-label="${n}: ${t}" @click=${() => this.asked = e}>${n}</button>`;
		return k`
      ${e.suggestion === "delete" ? a(n.delete) : j} ${e.suggestion === "merge" ? a(n.merge) : j}
      ${e.suggestion === "move" && r != null ? ((r) => {
			let i = this.home.speech.fill(n.move_to, { name: r.name });
			return k`<button aria-label="${i}: ${t}" @click=${() => this.move(e, r)}>${i}</button>`;
		})(r) : j}
      ${i == null ? j : k`<button aria-label="${n.accept_photo}: ${t}" @click=${() => this.accept(e.person.id, i)}>
            ${n.accept_photo}
          </button>`}
    `;
	}
	question(e) {
		let { words: t } = this, { speech: n, client: r } = this.home, { person: i, other: a } = e, o = e.photo_id, s = e.suggestion === "merge", c = () => {
			this.asked = void 0;
		}, l = async () => {
			let e = s && a != null ? await this.merge(i, a) : o != null && await this.delete(t.deleted_photo, () => r.deletePhoto(i.id, o, !0));
			this.asked = void 0, e && this.lookAgain();
		}, u = s ? t.merge : t.delete;
		return k`<face-dialog .heading=${s ? t.merge : t.delete_photo} @closed=${c}>
      <p>${n.fill(s ? t.merge_text : t.delete_photo_text, { name: i.name })}</p>
      <p>${this.effect(e)}</p>
      <button slot="actions" @click=${c}>${t.cancel}</button>
      <button slot="actions" class=${s ? "main" : "danger"} @click=${l}>${u}</button>
    </face-dialog>`;
	}
	async move(e, t) {
		let { client: n, speech: r } = this.home, i = e.photo_id;
		if (i != null && await this.attempt(() => n.movePhoto(e.person.id, i, t.name))) {
			let a = r.fill(this.words.moved_to, { name: t.name });
			this.tell({
				text: a,
				undo: () => n.movePhoto(t.id, i, e.person.name)
			}), this.lookAgain();
		}
	}
	async accept(e, t) {
		await this.attempt(() => this.home.client.acceptPhoto(e, t)) && this.lookAgain();
	}
	lookAgain() {
		this.looked = "", this.changed();
	}
	file(e) {
		let t = this.home.state.people.find((t) => t.id === e.person_id);
		return k`<li class="card">
      <face-picture .src=${e.picture ?? t?.picture}></face-picture>
      <div class="inner">
        <strong>${e.path}</strong>
        <p class="faint">${e.message}</p>
        ${t === void 0 ? j : k`<div class="row actions">${this.link(t)}</div>`}
      </div>
    </li>`;
	}
	link(e) {
		let t = `${this.base}/${e.id}`;
		return k`<a class="button" href=${t} aria-label="${this.words.open_person}: ${e.name}" @click=${(e) => {
			e.preventDefault(), it(t);
		}}
      >${this.words.open_person}</a
    >`;
	}
};
L([N()], Ft.prototype, "base", void 0), L([P()], Ft.prototype, "found", void 0), L([P()], Ft.prototype, "problems", void 0), L([P()], Ft.prototype, "asked", void 0), Ft = L([F("face-check")], Ft);
var It = {
	ATTRIBUTE: 1,
	CHILD: 2,
	PROPERTY: 3,
	BOOLEAN_ATTRIBUTE: 4,
	EVENT: 5,
	ELEMENT: 6
}, Lt = (e) => (...t) => ({
	_$litDirective$: e,
	values: t
}), Rt = class {
	constructor(e) {}
	get _$AU() {
		return this._$AM._$AU;
	}
	_$AT(e, t, n) {
		this._$Ct = e, this._$AM = t, this._$Ci = n;
	}
	_$AS(e, t) {
		return this.update(e, t);
	}
	update(e, t) {
		return this.render(...t);
	}
}, { I: zt } = Ve, Bt = (e) => e, Vt = () => document.createComment(""), Ht = (e, t, n) => {
	let r = e._$AA.parentNode, i = t === void 0 ? e._$AB : t._$AA;
	if (n === void 0) n = new zt(r.insertBefore(Vt(), i), r.insertBefore(Vt(), i), e, e.options);
	else {
		let t = n._$AB.nextSibling, a = n._$AM, o = a !== e;
		if (o) {
			let t;
			n._$AQ?.(e), n._$AM = e, n._$AP !== void 0 && (t = e._$AU) !== a._$AU && n._$AP(t);
		}
		if (t !== i || o) {
			let e = n._$AA;
			for (; e !== t;) {
				let t = Bt(e).nextSibling;
				Bt(r).insertBefore(e, i), e = t;
			}
		}
	}
	return n;
}, B = (e, t, n = e) => (e._$AI(t, n), e), Ut = {}, Wt = (e, t = Ut) => e._$AH = t, Gt = (e) => e._$AH, Kt = (e) => {
	e._$AR(), e._$AA.remove();
}, qt = (e, t, n) => {
	let r = /* @__PURE__ */ new Map();
	for (let i = t; i <= n; i++) r.set(e[i], i);
	return r;
}, Jt = Lt(class extends Rt {
	constructor(e) {
		if (super(e), e.type !== It.CHILD) throw Error("repeat() can only be used in text expressions");
	}
	dt(e, t, n) {
		let r;
		n === void 0 ? n = t : t !== void 0 && (r = t);
		let i = [], a = [], o = 0;
		for (let t of e) i[o] = r ? r(t, o) : o, a[o] = n(t, o), o++;
		return {
			values: a,
			keys: i
		};
	}
	render(e, t, n) {
		return this.dt(e, t, n).values;
	}
	update(e, [t, n, r]) {
		let i = Gt(e), { values: a, keys: o } = this.dt(t, n, r);
		if (!Array.isArray(i)) return this.ut = o, a;
		let s = this.ut ??= [], c = [], l, u, d = 0, f = i.length - 1, p = 0, m = a.length - 1;
		for (; d <= f && p <= m;) if (i[d] === null) d++;
		else if (i[f] === null) f--;
		else if (s[d] === o[p]) c[p] = B(i[d], a[p]), d++, p++;
		else if (s[f] === o[m]) c[m] = B(i[f], a[m]), f--, m--;
		else if (s[d] === o[m]) c[m] = B(i[d], a[m]), Ht(e, c[m + 1], i[d]), d++, m--;
		else if (s[f] === o[p]) c[p] = B(i[f], a[p]), Ht(e, i[d], i[f]), f--, p++;
		else if (l === void 0 && (l = qt(o, p, m), u = qt(s, d, f)), l.has(s[d])) {
			if (l.has(s[f])) {
				let t = u.get(o[p]), n = t === void 0 ? null : i[t];
				if (n === null) {
					let t = Ht(e, i[d]);
					B(t, a[p]), c[p] = t;
				} else c[p] = B(n, a[p]), Ht(e, i[d], n), i[t] = null;
				p++;
			} else Kt(i[f]), f--;
		} else Kt(i[d]), d++;
		for (; p <= m;) {
			let t = Ht(e, c[m + 1]);
			B(t, a[p]), c[p++] = t;
		}
		for (; d <= f;) {
			let e = i[d++];
			e !== null && Kt(e);
		}
		return this.ut = o, Wt(e, c), A;
	}
}), Yt = {}, Xt = (function(e, t, n, r, i) {
	var a = new Worker(Yt[t] || (Yt[t] = URL.createObjectURL(new Blob([e + ";addEventListener(\"error\",function(e){e=e.error;postMessage({$e$:[e.message,e.code,e.stack]})})"], { type: "text/javascript" }))));
	return a.onmessage = function(e) {
		var t = e.data, n = t.$e$;
		if (n) {
			var r = Error(n[0]);
			r.code = n[1], r.stack = n[2], i(r, null);
		} else i(null, t);
	}, a.postMessage(n, r), a;
}), V = Uint8Array, Zt = Uint16Array, Qt = Int32Array, $t = new V([
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	1,
	1,
	1,
	1,
	2,
	2,
	2,
	2,
	3,
	3,
	3,
	3,
	4,
	4,
	4,
	4,
	5,
	5,
	5,
	5,
	0,
	0,
	0,
	0
]), en = new V([
	0,
	0,
	0,
	0,
	1,
	1,
	2,
	2,
	3,
	3,
	4,
	4,
	5,
	5,
	6,
	6,
	7,
	7,
	8,
	8,
	9,
	9,
	10,
	10,
	11,
	11,
	12,
	12,
	13,
	13,
	0,
	0
]), tn = new V([
	16,
	17,
	18,
	0,
	8,
	7,
	9,
	6,
	10,
	5,
	11,
	4,
	12,
	3,
	13,
	2,
	14,
	1,
	15
]), nn = function(e, t) {
	for (var n = new Zt(31), r = 0; r < 31; ++r) n[r] = t += 1 << e[r - 1];
	for (var i = new Qt(n[30]), r = 1; r < 30; ++r) for (var a = n[r]; a < n[r + 1]; ++a) i[a] = a - n[r] << 5 | r;
	return {
		b: n,
		r: i
	};
}, rn = nn($t, 2), an = rn.b, on = rn.r;
an[28] = 258, on[258] = 28;
var sn = nn(en, 0), cn = sn.b;
sn.r;
for (var ln = new Zt(32768), H = 0; H < 32768; ++H) {
	var U = (H & 43690) >> 1 | (H & 21845) << 1;
	U = (U & 52428) >> 2 | (U & 13107) << 2, U = (U & 61680) >> 4 | (U & 3855) << 4, ln[H] = ((U & 65280) >> 8 | (U & 255) << 8) >> 1;
}
for (var un = (function(e, t, n) {
	for (var r = e.length, i = 0, a = new Zt(t); i < r; ++i) e[i] && ++a[e[i] - 1];
	var o = new Zt(t);
	for (i = 1; i < t; ++i) o[i] = o[i - 1] + a[i - 1] << 1;
	var s;
	if (n) {
		s = new Zt(1 << t);
		var c = 15 - t;
		for (i = 0; i < r; ++i) if (e[i]) for (var l = i << 4 | e[i], u = t - e[i], d = o[e[i] - 1]++ << u, f = d | (1 << u) - 1; d <= f; ++d) s[ln[d] >> c] = l;
	} else for (s = new Zt(r), i = 0; i < r; ++i) e[i] && (s[i] = ln[o[e[i] - 1]++] >> 15 - e[i]);
	return s;
}), dn = new V(288), H = 0; H < 144; ++H) dn[H] = 8;
for (var H = 144; H < 256; ++H) dn[H] = 9;
for (var H = 256; H < 280; ++H) dn[H] = 7;
for (var H = 280; H < 288; ++H) dn[H] = 8;
for (var fn = new V(32), H = 0; H < 32; ++H) fn[H] = 5;
var pn = /*#__PURE__*/ un(dn, 9, 1), mn = /*#__PURE__*/ un(fn, 5, 1), hn = function(e) {
	for (var t = e[0], n = 1; n < e.length; ++n) e[n] > t && (t = e[n]);
	return t;
}, W = function(e, t, n) {
	var r = t / 8 | 0;
	return (e[r] | e[r + 1] << 8) >> (t & 7) & n;
}, gn = function(e, t) {
	var n = t / 8 | 0;
	return (e[n] | e[n + 1] << 8 | e[n + 2] << 16) >> (t & 7);
}, _n = function(e) {
	return (e + 7) / 8 | 0;
}, vn = function(e, t, n) {
	return (t == null || t < 0) && (t = 0), (n == null || n > e.length) && (n = e.length), new V(e.subarray(t, n));
}, yn = [
	"unexpected EOF",
	"invalid block type",
	"invalid length/literal",
	"invalid distance",
	"stream finished",
	"no stream handler",
	,
	"no callback",
	"invalid UTF-8 data",
	"extra field too long",
	"date not in range 1980-2099",
	"filename too long",
	"stream finishing",
	"invalid zip data"
], G = function(e, t, n) {
	var r = Error(t || yn[e]);
	if (r.code = e, Error.captureStackTrace && Error.captureStackTrace(r, G), !n) throw r;
	return r;
}, bn = function(e, t, n, r) {
	var i = e.length, a = r ? r.length : 0;
	if (!i || t.f && !t.l) return n || new V(0);
	var o = !n, s = o || t.i != 2, c = t.i;
	o && (n = new V(i * 3));
	var l = function(e) {
		var t = n.length;
		if (e > t) {
			var r = new V(Math.max(t * 2, e));
			r.set(n), n = r;
		}
	}, u = t.f || 0, d = t.p || 0, f = t.b || 0, p = t.l, m = t.d, h = t.m, g = t.n, _ = i * 8;
	do {
		if (!p) {
			u = W(e, d, 1);
			var v = W(e, d + 1, 3);
			if (d += 3, !v) {
				var y = _n(d) + 4, ee = e[y - 4] | e[y - 3] << 8, te = y + ee;
				if (te > i) {
					c && G(0);
					break;
				}
				s && l(f + ee), n.set(e.subarray(y, te), f), t.b = f += ee, t.p = d = te * 8, t.f = u;
				continue;
			}
			if (v == 1) p = pn, m = mn, h = 9, g = 5;
			else if (v == 2) {
				var ne = W(e, d, 31) + 257, re = W(e, d + 10, 15) + 4, ie = ne + W(e, d + 5, 31) + 1;
				d += 14;
				for (var ae = new V(ie), oe = new V(19), b = 0; b < re; ++b) oe[tn[b]] = W(e, d + b * 3, 7);
				d += re * 3;
				for (var se = hn(oe), ce = (1 << se) - 1, le = un(oe, se, 1), b = 0; b < ie;) {
					var x = le[W(e, d, ce)];
					d += x & 15;
					var y = x >> 4;
					if (y < 16) ae[b++] = y;
					else {
						var S = 0, ue = 0;
						for (y == 16 ? (ue = 3 + W(e, d, 3), d += 2, S = ae[b - 1]) : y == 17 ? (ue = 3 + W(e, d, 7), d += 3) : y == 18 && (ue = 11 + W(e, d, 127), d += 7); ue--;) ae[b++] = S;
					}
				}
				var de = ae.subarray(0, ne), C = ae.subarray(ne);
				h = hn(de), g = hn(C), p = un(de, h, 1), m = un(C, g, 1);
			} else G(1);
			if (d > _) {
				c && G(0);
				break;
			}
		}
		s && l(f + 131072);
		for (var fe = (1 << h) - 1, pe = (1 << g) - 1, w = d;; w = d) {
			var S = p[gn(e, d) & fe], T = S >> 4;
			if (d += S & 15, d > _) {
				c && G(0);
				break;
			}
			if (S || G(2), T < 256) n[f++] = T;
			else if (T == 256) {
				w = d, p = null;
				break;
			} else {
				var me = T - 254;
				if (T > 264) {
					var b = T - 257, E = $t[b];
					me = W(e, d, (1 << E) - 1) + an[b], d += E;
				}
				var he = m[gn(e, d) & pe], ge = he >> 4;
				he || G(3), d += he & 15;
				var C = cn[ge];
				if (ge > 3) {
					var E = en[ge];
					C += gn(e, d) & (1 << E) - 1, d += E;
				}
				if (d > _) {
					c && G(0);
					break;
				}
				s && l(f + 131072);
				var D = f + me;
				if (f < C) {
					var _e = a - C, ve = Math.min(C, D);
					for (_e + f < 0 && G(3); f < ve; ++f) n[f] = r[_e + f];
				}
				for (; f < D; ++f) n[f] = n[f - C];
			}
		}
		t.l = p, t.p = w, t.b = f, t.f = u, p && (u = 1, t.m = h, t.d = m, t.n = g);
	} while (!u);
	return f != n.length && o ? vn(n, 0, f) : n.subarray(0, f);
}, xn = /*#__PURE__*/ new V(0), Sn = function(e, t) {
	var n = {};
	for (var r in e) n[r] = e[r];
	for (var r in t) n[r] = t[r];
	return n;
}, Cn = function(e, t, n) {
	for (var r = e(), i = e.toString(), a = i.slice(i.indexOf("[") + 1, i.lastIndexOf("]")).replace(/\s+/g, "").split(","), o = 0; o < r.length; ++o) {
		var s = r[o], c = a[o];
		if (typeof s == "function") {
			t += ";" + c + "=";
			var l = s.toString();
			if (s.prototype) {
				if (l.indexOf("[native code]") != -1) {
					var u = l.indexOf(" ", 8) + 1;
					t += l.slice(u, l.indexOf("(", u));
				} else for (var d in t += l, s.prototype) t += ";" + c + ".prototype." + d + "=" + s.prototype[d].toString();
			} else t += l;
		} else n[c] = s;
	}
	return t;
}, wn = [], Tn = function(e) {
	var t = [];
	for (var n in e) e[n].buffer && t.push((e[n] = new e[n].constructor(e[n])).buffer);
	return t;
}, En = function(e, t, n, r) {
	if (!wn[n]) {
		for (var i = "", a = {}, o = e.length - 1, s = 0; s < o; ++s) i = Cn(e[s], i, a);
		wn[n] = {
			c: Cn(e[o], i, a),
			e: a
		};
	}
	var c = Sn({}, wn[n].e);
	return Xt(wn[n].c + ";onmessage=function(e){for(var k in e.data)self[k]=e.data[k];onmessage=" + t.toString() + "}", n, c, Tn(c), r);
}, Dn = function() {
	return [
		V,
		Zt,
		Qt,
		$t,
		en,
		tn,
		an,
		cn,
		pn,
		mn,
		ln,
		yn,
		un,
		hn,
		W,
		gn,
		_n,
		vn,
		G,
		bn,
		Nn,
		On,
		kn
	];
}, On = function(e) {
	return postMessage(e, [e.buffer]);
}, kn = function(e) {
	return e && {
		out: e.size && new V(e.size),
		dictionary: e.dictionary
	};
}, An = function(e, t, n, r, i, a) {
	var o = En(n, r, i, function(e, t) {
		o.terminate(), a(e, t);
	});
	return o.postMessage([e, t], t.consume ? [e.buffer] : []), function() {
		o.terminate();
	};
}, K = function(e, t) {
	return e[t] | e[t + 1] << 8;
}, q = function(e, t) {
	return (e[t] | e[t + 1] << 8 | e[t + 2] << 16 | e[t + 3] << 24) >>> 0;
}, jn = function(e, t) {
	return q(e, t) + q(e, t + 4) * 4294967296;
};
function Mn(e, t, n) {
	return n || (n = t, t = {}), typeof n != "function" && G(7), An(e, t, [Dn], function(e) {
		return On(Nn(e.data[0], kn(e.data[1])));
	}, 1, n);
}
function Nn(e, t) {
	return bn(e, { i: 2 }, t && t.out, t && t.dictionary);
}
var Pn = typeof TextDecoder < "u" && /*#__PURE__*/ new TextDecoder();
try {
	Pn.decode(xn, { stream: !0 });
} catch {}
var Fn = function(e) {
	for (var t = "", n = 0;;) {
		var r = e[n++], i = (r > 127) + (r > 223) + (r > 239);
		if (n + i > e.length) return {
			s: t,
			r: vn(e, n - 1)
		};
		i ? i == 3 ? (r = ((r & 15) << 18 | (e[n++] & 63) << 12 | (e[n++] & 63) << 6 | e[n++] & 63) - 65536, t += String.fromCharCode(55296 | r >> 10, 56320 | r & 1023)) : i & 1 ? t += String.fromCharCode((r & 31) << 6 | e[n++] & 63) : t += String.fromCharCode((r & 15) << 12 | (e[n++] & 63) << 6 | e[n++] & 63) : t += String.fromCharCode(r);
	}
};
function In(e, t) {
	if (t) {
		for (var n = "", r = 0; r < e.length; r += 16384) n += String.fromCharCode.apply(null, e.subarray(r, r + 16384));
		return n;
	}
	if (Pn) return Pn.decode(e);
	var i = Fn(e), a = i.s, n = i.r;
	return n.length && G(8), a;
}
var Ln = function(e, t) {
	return t + 30 + K(e, t + 26) + K(e, t + 28);
}, Rn = function(e, t, n) {
	var r = K(e, t + 28), i = K(e, t + 30), a = In(e.subarray(t + 46, t + 46 + r), !(K(e, t + 8) & 2048)), o = t + 46 + r, s = zn(e, o, i, n, q(e, t + 20), q(e, t + 24), q(e, t + 42)), c = s[0], l = s[1], u = s[2];
	return [
		K(e, t + 10),
		c,
		l,
		a,
		o + i + K(e, t + 32),
		u
	];
}, zn = function(e, t, n, r, i, a, o) {
	var s = i == 4294967295, c = a == 4294967295, l = o == 4294967295, u = t + n, d = s + c + l;
	if (r && d) {
		for (; t + 4 < u; t += 4 + K(e, t + 2)) if (K(e, t) == 1) return [
			s ? jn(e, t + 4 + 8 * c) : i,
			c ? jn(e, t + 4) : a,
			l ? jn(e, t + 4 + 8 * (c + s)) : o,
			1
		];
		r < 2 && G(13);
	}
	return [
		i,
		a,
		o,
		0
	];
}, Bn = typeof queueMicrotask == "function" ? queueMicrotask : typeof setTimeout == "function" ? setTimeout : function(e) {
	e();
};
function Vn(e, t, n) {
	n || (n = t, t = {}), typeof n != "function" && G(7);
	var r = [], i = function() {
		for (var e = 0; e < r.length; ++e) r[e]();
	}, a = {}, o = function(e, t) {
		Bn(function() {
			n(e, t);
		});
	};
	Bn(function() {
		o = n;
	});
	for (var s = e.length - 22; q(e, s) != 101010256; --s) if (!s || e.length - s > 65558) return o(G(13, 0, 1), null), i;
	var c = K(e, s + 8);
	if (c) {
		var l = c, u = q(e, s + 16), d = q(e, s - 20) == 117853008;
		if (d) {
			var f = q(e, s - 12);
			d = q(e, f) == 101075792, d && (l = c = q(e, f + 32), u = q(e, f + 48));
		}
		for (var p = t && t.filter, m = function(t) {
			var n = Rn(e, u, d), s = n[0], l = n[1], f = n[2], m = n[3], h = n[4], g = n[5], _ = Ln(e, g);
			u = h;
			var v = function(e, t) {
				e ? (i(), o(e, null)) : (t && (a[m] = t), --c || o(null, a));
			};
			if (!p || p({
				name: m,
				size: l,
				originalSize: f,
				compression: s
			})) {
				if (!s) v(null, vn(e, _, _ + l));
				else if (s == 8) {
					var y = e.subarray(_, _ + l);
					if (f < 524288 || l > .8 * f) try {
						v(null, Nn(y, { out: new V(f) }));
					} catch (e) {
						v(e, null);
					}
					else r.push(Mn(y, { size: f }, v));
				} else v(G(14, "unknown compression type " + s, 1), null);
			} else v(null, null);
		}, h = 0; h < l; ++h) m(h);
	} else o(null, {});
	return i;
}
var Hn = 1e3, Un = 1024 ** 3, Wn = 48 * 1024 ** 2, Gn = 1024 ** 3, Kn = /\.(jpe?g|jpe|jfif|png|webp|bmp|gif|tiff?|heic|heif|avif)$/i, qn = /(^|\/)(\.|__MACOSX\/)/;
async function Jn(e) {
	let t = [], n = [], r = 0, i = 0;
	for (let a of e) {
		if (!Qn(a)) {
			t.push(a);
			continue;
		}
		let e = await $n(a, {
			photos: Hn - t.length,
			bytes: Gn - i
		}).catch(() => void 0);
		if (e === void 0) n.push(a.name);
		else {
			t.push(...e.photos);
			for (let t of e.photos) i += t.size;
			r += e.leftOut;
		}
	}
	return {
		photos: t.slice(0, Hn),
		leftOut: r + Math.max(0, t.length - Hn),
		broken: n
	};
}
async function Yn(e) {
	let t = [...e?.items ?? []].filter((e) => e.kind === "file").map((e) => e.webkitGetAsEntry()), n = [...e?.files ?? []];
	if (t.every((e) => e === null || e.isFile)) return n;
	let r = [];
	for (let e of t) e !== null && await Xn(e, r);
	return r;
}
async function Xn(e, t) {
	if (!(t.length >= Hn)) {
		if (e.isDirectory) {
			let n = e.createReader();
			for (;;) {
				let e = await new Promise((e, t) => {
					n.readEntries(e, t);
				});
				if (e.length === 0) return;
				for (let n of e) await Xn(n, t);
			}
		} else Zn(e.fullPath) && t.push(await new Promise((t, n) => {
			e.file(t, n);
		}));
	}
}
function Zn(e) {
	return !qn.test(e.replace(/^\//, "")) && (Kn.test(e) || e.toLowerCase().endsWith(".zip"));
}
function Qn(e) {
	return e.name.toLowerCase().endsWith(".zip") || e.type === "application/zip";
}
async function $n(e, t) {
	if (e.size > Un) throw RangeError(e.name);
	let n = new Uint8Array(await e.arrayBuffer()), [r, i, a] = [
		0,
		0,
		0
	], o = await new Promise((e, o) => {
		Vn(n, { filter: ({ name: e, size: n, originalSize: o }) => {
			if (e.endsWith("/") || qn.test(e)) return !1;
			let s = Math.max(n, o), c = Kn.test(e) && s <= Wn && r < t.photos && i + s <= t.bytes;
			return c ? [r, i] = [r + 1, i + s] : a += 1, c;
		} }, (t, n) => {
			t === null ? e(n) : o(t);
		});
	});
	return {
		photos: Object.entries(o).map(([e, t]) => new File([t], e.split("/").at(-1) ?? e)),
		leftOut: a
	};
}
var er = ["duplicate", "looks_like_someone_else"], tr = ["busy", "no_answer"], nr = class extends M {
	constructor(...e) {
		super(...e), this.person = "", this.uploads = [], this.over = !1, this.remarks = [], this.busy = !1, this.chosen = (e) => {
			let t = e.target, n = [...t.files ?? []];
			t.value = "", this.add(t.webkitdirectory ? n.filter((e) => Zn(e.webkitRelativePath)) : n);
		}, this.dropped = (e) => {
			e.preventDefault(), this.over = !1, this.person !== "" && Yn(e.dataTransfer).then((e) => this.add(e));
		}, this.dragged = (e) => {
			e.preventDefault(), this.over = e.type === "dragover";
		};
	}
	static {
		this.styles = [dt, v`
      .drop {
        border: 2px dashed var(--secondary-text-color);
        border-radius: var(--radius);
        padding: 16px;
        text-align: center;
      }
      .drop.over {
        background: var(--faint-color);
      }
      .row {
        justify-content: center;
      }
      .button {
        position: relative;
      }
      .button:focus-within {
        outline: 2px solid var(--primary-text-color);
        outline-offset: 2px;
      }
      .button[aria-disabled] {
        opacity: 0.5;
      }
      input[type="file"] {
        position: absolute;
        inset: 0;
        min-height: 0;
        opacity: 0;
        cursor: pointer;
      }
      ul {
        list-style: none;
        margin: 12px 0 0;
        padding: 0;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 12px;
        align-items: center;
        padding: 8px 0;
        border-top: 1px solid var(--divider-color);
      }
      li > img {
        width: 48px;
        height: 48px;
        object-fit: cover;
        border-radius: 8px;
      }
      li > div {
        flex: 1;
        min-width: 140px;
        overflow-wrap: anywhere;
      }
      .faces {
        flex-basis: 100%;
      }
      .faces button {
        border-radius: 8px;
        width: 88px;
        height: 88px;
        padding: 0;
        overflow: hidden;
        background-repeat: no-repeat;
      }
    `];
	}
	disconnectedCallback() {
		super.disconnectedCallback();
		for (let e of this.uploads) URL.revokeObjectURL(e.url);
		this.uploads = [];
	}
	get finished() {
		return this.uploads.every((e) => e.state === "accepted" || e.state === "skipped");
	}
	async add(e) {
		let { photos: t, leftOut: n, broken: r } = await Jn(e), { speech: i } = this.home;
		this.remarks = [...n === 0 ? [] : [i.count(i.words.left_out, n)], ...r.map((e) => i.fill(i.words.zip_broken, { name: e }))];
		let a = this.uploads.length, o = t.map((e, t) => ({
			number: a + t,
			file: e,
			url: URL.createObjectURL(e),
			state: "waiting"
		}));
		this.uploads = [...this.uploads, ...o], o.length > 0 && this.dispatchEvent(new CustomEvent("begun")), await this.work();
	}
	async work() {
		if (!this.busy) {
			for (this.busy = !0;;) {
				let e = this.uploads.find((e) => e.state === "waiting");
				if (e === void 0) break;
				await this.teach(e);
			}
			this.busy = !1, this.dispatchEvent(new CustomEvent("face-changed", {
				bubbles: !0,
				composed: !0
			}));
		}
	}
	async teach(e, t = e.box, n = []) {
		let { client: r, speech: i } = this.home;
		this.become({
			...e,
			state: "learning"
		});
		try {
			let { face: a, person: o } = await r.teach(this.person, e.file, t, n), s = i.reasons(a.quality), c = i.fill(i.words.accepted, { percent: i.quality(a.quality) });
			this.become({
				...e,
				state: "accepted",
				verdict: s === "" ? c : `${c}: ${s}`,
				poor: Ot(a.quality)
			}), this.dispatchEvent(new CustomEvent("learned", { detail: o }));
		} catch (n) {
			let r = {
				...e,
				state: "refused",
				verdict: i.refusal(n)
			};
			this.become({
				...r,
				...n instanceof Ze && { refusal: n },
				...t && { box: t }
			});
		}
	}
	become(e) {
		this.uploads = this.uploads.map((t) => t.number === e.number ? e : t);
	}
	async again(e, t, n) {
		await this.teach(e, t ?? e.box, n), this.dispatchEvent(new CustomEvent("face-changed", {
			bubbles: !0,
			composed: !0
		}));
	}
	render() {
		let { speech: e } = this.home, { words: t } = e, n = this.uploads.filter((e) => e.state === "waiting" || e.state === "learning").length, i = this.uploads.length;
		return k`
      <div
        class="drop ${this.over ? "over" : ""}"
        @drop=${this.dropped}
        @dragover=${this.dragged}
        @dragleave=${this.dragged}
      >
        <p>${t.drop_here}</p>
        <div class="row">
          ${this.input(t.choose_photos, "M22,16V4A2,2 0 0,0 20,2H8A2,2 0 0,0 6,4V16A2,2 0 0,0 8,18H20A2,2 0 0,0 22,16M11,12L13.03,14.71L16,11L20,16H8M2,6V20A2,2 0 0,0 4,22H18V20H4V6", "photos")}
          ${this.input(t.choose_folder, "M19,20H4C2.89,20 2,19.1 2,18V6C2,4.89 2.89,4 4,4H10L12,6H19A2,2 0 0,1 21,8H21L4,8V18L6.14,10H23.21L20.93,18.5C20.7,19.37 19.92,20 19,20Z", "folder")}
          ${this.input(t.take_photo, r, "camera")}
        </div>
        <p class="faint">${t.photo_advice}</p>
      </div>
      ${this.remarks.map((e) => k`<p class="note" role="status">${e}</p>`)}
      ${i === 0 ? j : k`<p role="status">${e.fill(t.progress, {
			done: i - n,
			all: i
		})}</p>
            <ul>
              ${Jt(this.uploads, (e) => e.number, (e) => this.upload(e))}
            </ul>`}
    `;
	}
	input(e, t, n) {
		let r = this.person === "";
		return k`<span class="button" aria-disabled=${r ? "true" : j}>
      ${I(t)}${e}
      <input
        type="file"
        accept=${n === "photos" ? "image/*,.zip" : "image/*"}
        aria-label=${e}
        ?multiple=${n !== "camera"}
        ?webkitdirectory=${n === "folder"}
        capture=${n === "camera" ? "user" : j}
        ?disabled=${r}
        @change=${this.chosen}
      />
    </span>`;
	}
	upload(e) {
		let { words: t } = this.home.speech, { state: n, refusal: r } = e, i = e.verdict ?? (n === "skipped" ? t.skipped : n === "learning" ? t.learning : t.waiting), a = n === "accepted" ? e.poor ? "fair" : "good" : n === "refused" ? "bad" : "", o = n === "refused" && r?.code === "multiple_faces" ? r.details.faces ?? [] : [], s = n === "refused" && er.includes(r?.code ?? "");
		return k`<li class=${n}>
      <img src=${e.url} alt="" />
      <div>${e.file.name}<br /><span class="pill ${a}">${i}</span></div>
      ${s ? k`<button @click=${() => this.again(e, void 0, [r?.code])}>
            ${t.add_anyway}
          </button>` : j}
      ${n === "refused" && tr.includes(r?.code ?? "") ? k`<button @click=${() => this.again(e)}>${t.try_again}</button>` : j}
      ${n === "refused" ? k`<button @click=${() => this.become({
			...e,
			state: "skipped",
			verdict: t.skipped
		})}>
            ${t.skip}
          </button>` : j}
      ${o.length === 0 ? j : this.faces(e, o)}
    </li>`;
	}
	faces(e, t) {
		let { speech: n } = this.home, r = [...t].sort((e, t) => e.box.x - t.box.x);
		return k`<div class="faces">
      <p>${n.fill(n.words.choose_face, { name: this.person })}</p>
      <div class="row">
        ${r.map(({ box: t }, r) => k`<button
              aria-label=${n.fill(n.words.face_number, { n: r + 1 })}
              @click=${() => this.again(e, t)}
            >
              <face-cut .src=${e.url} .box=${t}></face-cut>
            </button>`)}
      </div>
    </div>`;
	}
};
L([N({ attribute: !1 })], nr.prototype, "home", void 0), L([N()], nr.prototype, "person", void 0), L([P()], nr.prototype, "uploads", void 0), L([P()], nr.prototype, "over", void 0), L([P()], nr.prototype, "remarks", void 0), nr = L([F("face-upload")], nr);
var rr = class extends M {
	constructor(...e) {
		super(...e), this.src = "";
	}
	static {
		this.styles = v`
    :host {
      display: block;
      position: relative;
      width: 100%;
      height: 100%;
      overflow: hidden;
    }
    img {
      position: absolute;
      max-width: none;
    }
  `;
	}
	render() {
		let { x: e, y: t, w: n, h: r } = this.box, i = Math.max(n, r) * 1.3, a = e + n / 2 - i / 2, o = t + r / 2 - i / 2, s = this.size === void 0 ? "visibility: hidden" : `width: ${this.size.width / i * 100}%; left: ${-a / i * 100}%; top: ${-o / i * 100}%`;
		return k`<img src=${this.src} alt="" style=${s} @load=${({ target: e }) => {
			let { naturalWidth: t, naturalHeight: n } = e;
			this.size = {
				width: t,
				height: n
			};
		}} />`;
	}
};
L([N()], rr.prototype, "src", void 0), L([N({ attribute: !1 })], rr.prototype, "box", void 0), L([P()], rr.prototype, "size", void 0), rr = L([F("face-cut")], rr);
var J = class extends z {
	constructor(...e) {
		super(...e), this.open = !1, this.name = "", this.photos = [], this.begun = !1, this.answer = "", this.begin = () => {
			this.open = !0, this.chooser.click();
		}, this.chosen = () => {
			this.photos = [...this.chooser.files ?? []], this.chooser.value = "";
		}, this.closed = () => {
			this.open = this.begun = !1, this.name = this.answer = "", this.photos = [], this.asked = void 0, this.changed();
		}, this.submitted = (e) => {
			e.preventDefault(), this.name.trim() !== "" && this.learn();
		}, this.learn = () => {
			let { photos: e } = this;
			this.photos = [], e.length > 0 && this.upload?.add(e);
		}, this.started = () => {
			this.begun = !0, this.learn();
		}, this.learned = async ({ detail: e }) => {
			this.home.server.changes && this.asked === void 0 && this.answer === "" && await this.attempt(async () => {
				let t = await this.home.client.homePeople();
				this.open && this.answer === "" && !(e.id in t.links) && (this.asked = {
					person: e,
					homes: t
				});
			});
		};
	}
	static {
		this.styles = [...z.styles, v`
      face-upload {
        display: block;
        margin-top: 16px;
      }
      .who {
        margin-top: 16px;
      }
    `];
	}
	render() {
		let { words: e } = this;
		return k`
      <button class="main" @click=${this.begin}>${I(t)}${e.add_person}</button>
      <input hidden type="file" accept="image/*,.zip" multiple aria-label=${e.choose_photos} @change=${this.chosen} />
      ${this.open ? this.dialog() : j}
    `;
	}
	async say(e, t, n) {
		let { client: r, speech: i, state: a } = this.home;
		await this.attempt(async () => {
			let { by_hand: o } = await r.link(e.id, t);
			this.asked = void 0, this.answer = t === "nobody" ? i.fill(this.words.is_nobody, { name: e.name }) : o === null ? i.fill(this.words.is_linked, {
				name: e.name,
				home: n
			}) : i.fill(this.words.add_line, { tracker: o }), t === "nobody" || a.cameras.some((e) => e.counts_as_home) || (this.answer = `${this.answer} ${this.words.none_counts}`), o === null && this.upload?.finished && (this.tell({ text: this.answer }), this.closed());
		});
	}
	dialog() {
		let { words: e } = this, t = this.photos.length > 0;
		return k`<face-dialog .heading=${e.add_person} @closed=${this.closed}>
      <form id="form" @submit=${this.submitted}>
        <label
          >${e.name}
          <input
            autofocus
            autocomplete="off"
            maxlength="100"
            placeholder=${e.name_hint}
            ?readonly=${this.begun}
            .value=${this.name}
            @input=${(e) => this.name = e.target.value}
          />
        </label>
      </form>
      ${t ? k`<p role="status">${this.home.speech.count(e.photos_chosen, this.photos.length)}</p>` : j}
      <face-upload
        .home=${this.home}
        .person=${this.name.trim()}
        @begun=${this.started}
        @learned=${this.learned}
      ></face-upload>
      ${this.asked === void 0 ? j : this.question(this.asked.person, this.asked.homes)}
      ${this.answer === "" ? j : k`<p class="note" role="status">${this.answer}</p>`}
      ${t ? k`<button slot="actions" @click=${this.closed}>${e.cancel}</button>
            <button slot="actions" class="main" ?disabled=${this.name.trim() === ""} @click=${this.submitted}>
              ${e.add}
            </button>` : k`<button slot="actions" class="main" @click=${this.closed}>${e.done}</button>`}
    </face-dialog>`;
	}
	question(e, t) {
		let { speech: n } = this.home, r = Object.values(t.links), i = t.people.filter((e) => !r.includes(e.id)), a = (t) => t.name.toLocaleLowerCase() === e.name.toLocaleLowerCase(), o = [...i.filter(a), ...i.filter((e) => !a(e))];
		return k`<section class="who" aria-labelledby="who">
      <p id="who">${n.fill(this.words.who_at_home, { name: e.name })}</p>
      <div class="row">
        ${o.map((t) => k`<button class=${a(t) ? "main" : ""} @click=${() => this.say(e, t.id, t.name)}>
              ${t.name}
            </button>`)}
        ${t.can_create ? k`<button @click=${() => this.say(e, "new", e.name)}>${this.words.new_at_home}</button>` : j}
        <button @click=${() => this.say(e, Xe, "")}>${this.words.nobody_at_home}</button>
      </div>
      <p class="faint">${this.words.who_at_home_text}</p>
    </section>`;
	}
};
L([P()], J.prototype, "open", void 0), L([P()], J.prototype, "name", void 0), L([P()], J.prototype, "photos", void 0), L([P()], J.prototype, "begun", void 0), L([P()], J.prototype, "asked", void 0), L([P()], J.prototype, "answer", void 0), L([Ye("input[hidden]")], J.prototype, "chooser", void 0), L([Ye("face-upload")], J.prototype, "upload", void 0), J = L([F("face-add")], J);
function ir(e, t) {
	let { speech: n, state: r } = e.home, { words: i } = n, a = r.cameras.find((e) => e.present.some((e) => e.id === t.id)), { camera: o, last_seen: s, since: c } = t.presence;
	if (a !== void 0) return n.fill(i.is_at, {
		camera: a.name,
		when: n.time(c ?? s ?? "")
	});
	if (o == null || s == null) return i.never_seen;
	let l = r.cameras.find((e) => e.camera === o)?.name ?? o;
	return n.fill(i.was_at, {
		camera: l,
		when: n.ago(s)
	});
}
var ar = class extends z {
	static {
		this.styles = [...z.styles, v`
      .cameras {
        --column: 320px;
      }
      .cameras face-picture {
        aspect-ratio: 16 / 9;
      }
      .people {
        --column: 240px;
        gap: 8px;
      }
      .person {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 8px;
      }
      .person face-picture {
        width: 56px;
        border-radius: 50%;
        flex: none;
      }
      .person p {
        margin: 2px 0;
      }
      .name {
        font-weight: 500;
        overflow-wrap: anywhere;
      }
    `];
	}
	render() {
		let { cameras: e, people: t } = this.home.state, n = (e) => e.presence.last_seen == null ? 0 : Date.parse(e.presence.last_seen), r = [...t].sort((e, t) => Number(t.presence.present) - Number(e.presence.present) || n(t) - n(e));
		return k`
      <h2>${this.words.cameras}</h2>
      ${e.length === 0 ? k`<p class="empty">${this.words.no_cameras}</p>` : j}
      <ul class="grid cameras">
        ${e.map((e) => this.camera(e))}
      </ul>
      <div class="row spread">
        <h3>${this.words.people}</h3>
        ${this.home.server.teaches ? k`<face-add .home=${this.home}></face-add>` : j}
      </div>
      ${t.length === 0 ? k`<p class="empty">${this.words.no_people}</p>` : j}
      <ul class="grid people">
        ${r.map((e) => this.person(e))}
      </ul>
    `;
	}
	camera(e) {
		let { speech: t } = this.home, n = e.present.map((e) => e.name);
		return e.unknown_present && n.push(this.words.somebody_unknown), k`<li class="card">
      <face-picture
        .src=${e.annotated}
        .label=${t.fill(this.words.picture_of_camera, { camera: e.name })}
      ></face-picture>
      <div class="inner">
        <div class="row spread">
          <span class="name">${e.name}</span>
          ${e.area == null ? j : k`<span class="faint">${e.area}</span>`}
        </div>
        <p>
          ${n.length === 0 ? this.words.nobody_in_view : t.fill(this.words.in_view, { who: t.list(n) })}
        </p>
        <p class="faint">
          ${e.last_picture_at == null ? this.words.no_picture_yet : t.fill(this.words.last_picture, { when: t.ago(e.last_picture_at) })}
        </p>
      </div>
    </li>`;
	}
	person(e) {
		return k`<li class="card">
      <div class="person">
        <face-picture .src=${e.picture}></face-picture>
        <div>
          <p class="name">${e.name}</p>
          <p class="faint">${ir(this, e)}</p>
          ${e.presence.home ? k`<span class="pill good">${this.words.at_home}</span>` : j}
        </div>
      </div>
    </li>`;
	}
};
ar = L([F("face-now")], ar);
var or = class extends z {
	constructor(...e) {
		super(...e), this.changes = [];
	}
	static {
		this.styles = [...z.styles, v`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        padding: 8px 0;
        border-top: 1px solid var(--divider-color);
      }
      .what {
        flex: 1;
        min-width: 160px;
        overflow-wrap: anywhere;
      }
    `];
	}
	async load() {
		this.home.server.changes && (this.changes = await this.home.client.changes());
	}
	render() {
		let { words: e } = this;
		return this.changes.length === 0 ? j : k`
      <h3>${e.done_lately}</h3>
      <p class="faint">${e.done_lately_text}</p>
      <ul>
        ${this.changes.map((e) => this.change(e))}
      </ul>
      ${this.erasing === void 0 ? j : this.question(this.erasing)}
    `;
	}
	what(e) {
		let { speech: t } = this.home, { words: n } = this, [r, i] = [e.person?.name ?? "", e.into?.name ?? ""];
		switch (e.kind) {
			case "person_deleted": return r;
			case "photo_deleted": return t.fill(n.photo_of, { name: r });
			case "people_merged": return t.fill(n.was_merged, {
				name: r,
				other: i
			});
			case "unknown_named": return t.fill(n.unknown_named, { name: r });
			case "unknown_ignored": return n.unknown_ignored;
			case "unknown_forgotten": return n.unknown_forgotten;
		}
	}
	holder(e) {
		return e.kind === "people_merged" ? e.into : e.kind === "person_deleted" ? null : e.person;
	}
	details(e) {
		let { speech: t } = this.home, { words: n } = this, r = t.time(e.until), i = t.fill(this.isErased(e) ? n.deleted_until : n.undone_until, { time: r });
		return e.kind === "person_deleted" ? `${t.count(n.photos, e.photos)}, ${i}` : e.times_seen == null ? i : `${t.count(n.seen_times, e.times_seen)}, ${i}`;
	}
	isErased(e) {
		return e.kind === "person_deleted" || e.kind === "photo_deleted" || e.kind === "unknown_forgotten";
	}
	change(e) {
		let { words: t } = this, n = this.what(e), r = this.isErased(e) ? t.put_back : t.undo, i = this.holder(e), a = i != null && this.home.state.people.every((e) => e.id !== i.id);
		return k`<li class="row">
      <div class="what">
        <strong>${n}</strong>
        <p class="faint">${a ? this.home.speech.fill(t.put_back_first, { name: i.name }) : this.details(e)}</p>
      </div>
      <button aria-label="${r}: ${n}" ?disabled=${a} @click=${() => this.putBack(e)}>
        ${I("M13,3A9,9 0 0,0 4,12H1L4.89,15.89L4.96,16.03L9,12H6A7,7 0 0,1 13,5A7,7 0 0,1 20,12A7,7 0 0,1 13,19C11.07,19 9.32,18.21 8.06,16.94L6.64,18.36C8.27,20 10.5,21 13,21A9,9 0 0,0 22,12A9,9 0 0,0 13,3Z")}${r}
      </button>
      ${this.isErased(e) ? k`<button aria-label="${t.erase_now}: ${n}" @click=${() => this.erasing = e}>
            ${I("M6,19A2,2 0 0,0 8,21H16A2,2 0 0,0 18,19V7H6V19M8.46,11.88L9.87,10.47L12,12.59L14.12,10.47L15.53,11.88L13.41,14L15.53,16.12L14.12,17.53L12,15.41L9.88,17.53L8.47,16.12L10.59,14L8.46,11.88M15.5,4L14.5,3H9.5L8.5,4H5V6H19V4H15.5Z")}${t.erase_now}
          </button>` : j}
    </li>`;
	}
	async putBack(e) {
		if (await this.attempt(() => this.home.client.undo(e.change_id))) {
			let t = this.isErased(e) ? this.words.was_put_back : this.words.is_undone;
			this.tell({ text: this.home.speech.fill(t, { what: this.what(e) }) });
		}
		this.changed();
	}
	question(e) {
		let { words: t } = this, n = () => {
			this.erasing = void 0;
		};
		return k`<face-dialog .heading=${t.erase_now} @closed=${n}>
      <p>${this.home.speech.fill(t.erase_text, { what: this.what(e) })}</p>
      <button slot="actions" @click=${n}>${t.cancel}</button>
      <button slot="actions" class="danger" @click=${async () => {
			await this.attempt(() => this.home.client.eraseChange(e.change_id)), n(), this.changed();
		}}>${t.erase}</button>
    </face-dialog>`;
	}
};
L([P()], or.prototype, "changes", void 0), L([P()], or.prototype, "erasing", void 0), or = L([F("face-changes")], or);
var sr = {
	front: "adds_front",
	left: "adds_left",
	right: "adds_right"
}, cr = class extends z {
	constructor(...e) {
		super(...e), this.personId = "", this.proposals = [], this.busy = !1;
	}
	static {
		this.styles = [...z.styles, v`
      section {
        margin-bottom: 24px;
      }
      .grid {
        --column: 170px;
      }
      .card {
        height: 100%;
      }
      .inner {
        display: flex;
        flex-direction: column;
        flex: 1;
      }
      .name {
        font-weight: 500;
      }
      .actions {
        margin-top: auto;
        padding-top: 8px;
      }
    `];
	}
	async load() {
		let { people: e } = this.home.state, t = this.personId === "" ? e : e.filter((e) => e.id === this.personId), n = this.home.server.teaches && t.some((e) => e.proposals > 0);
		this.proposals = n ? await this.home.client.proposals(this.personId) : [];
	}
	render() {
		let { proposals: e, words: t } = this;
		if (e.length === 0) return j;
		let { speech: n } = this.home;
		return k`<section aria-label=${t.proposals}>
      <div class="row spread">
        <h3>${n.count(t.proposals_help, e.length)}</h3>
        ${e.length === 1 ? j : k`<div class="row">
              <button class="main" ?disabled=${this.busy} @click=${() => this.keep(e)}>
                ${I(a)}${t.keep_all}
              </button>
              <button ?disabled=${this.busy} @click=${() => this.decline(e)}>${t.keep_none}</button>
            </div>`}
      </div>
      <p class="faint">${t.proposals_intro}</p>
      <ul class="grid">
        ${Jt(e, (e) => e.proposal_id, (e) => this.card(e))}
      </ul>
    </section>`;
	}
	card(e) {
		let { words: t } = this, { speech: n } = this.home, { name: r } = e.person, i = this.adds(e), o = `${r}, ${i}`, s = n.fill(t.at_camera, { camera: this.cameraName(e.camera) });
		return k`<li><div class="card">
      <face-picture .src=${e.picture} .label=${o}></face-picture>
      <div class="inner">
        ${this.personId === "" ? k`<p class="name">${r}</p>` : j}
        <p>${i}</p>
        <p class="faint">${s}, ${n.ago(e.at)}</p>
        <div class="row actions">
          <button
            class="main"
            aria-label="${t.keep}: ${o}"
            ?disabled=${this.busy}
            @click=${() => this.keep([e])}
          >
            ${I(a)}${t.keep}
          </button>
          <button
            class="icon"
            aria-label="${t.keep_not}: ${o}"
            title=${t.keep_not}
            ?disabled=${this.busy}
            @click=${() => this.decline([e])}
          >
            ${I("M19,6.41L17.59,5L12,10.59L6.41,5L5,6.41L10.59,12L5,17.59L6.41,19L12,13.41L17.59,19L19,17.59L13.41,12L19,6.41Z")}
          </button>
        </div>
      </div>
    </div></li>`;
	}
	adds(e) {
		let t = {
			view: sr[e.view],
			infrared: "adds_infrared",
			look: "adds_look"
		}, n = e.adds.flatMap((e) => {
			let n = t[e];
			return n === void 0 ? [] : [this.words[n]];
		});
		return n.length === 0 ? this.words.adds_look : n.join(", ");
	}
	async keep(e) {
		let { client: t, server: n, speech: r } = this.home;
		await this.answer(e, async (e) => {
			let { photos: i, refused: a } = await t.acceptProposals(e), o = a.length === 0 ? r.count(this.words.proposals_kept, i.length) : r.fill(this.words.failed, { reason: r.refusal(a[0]?.error) });
			this.tell(n.changes && i.length > 0 ? {
				text: o,
				undo: () => Promise.all(i.map((e) => t.deletePhoto(e.person.id, e.photo_id, !1)))
			} : { text: o });
		});
	}
	async decline(e) {
		await this.answer(e, async (e) => {
			await this.home.client.declineProposals(e), this.tell({ text: this.words.proposals_declined });
		});
	}
	async answer(e, t) {
		let n = e.map((e) => e.proposal_id);
		this.busy = !0, await this.attempt(() => t(n)) && (this.proposals = this.proposals.filter((e) => !n.includes(e.proposal_id))), this.busy = !1, this.changed();
	}
};
L([N()], cr.prototype, "personId", void 0), L([P()], cr.prototype, "proposals", void 0), L([P()], cr.prototype, "busy", void 0), cr = L([F("face-proposals")], cr);
var lr = {
	sure: "good",
	likely: "fair",
	possible: ""
}, Y = class extends z {
	constructor(...e) {
		super(...e), this.open = !1, this.over = !1, this.photo = "", this.failure = "", this.closed = () => {
			this.open = !1, this.forget();
		}, this.picked = (e) => {
			let t = e.target;
			this.look(t.files?.[0]), t.value = "";
		}, this.dropped = (e) => {
			e.preventDefault(), this.over = !1, this.look(e.dataTransfer?.files[0]);
		}, this.dragged = (e) => {
			e.preventDefault(), this.over = e.type === "dragover";
		};
	}
	static {
		this.styles = [...z.styles, v`
      .drop {
        border: 2px dashed var(--secondary-text-color);
        border-radius: var(--radius);
        padding: 16px;
      }
      .drop.over {
        background: var(--faint-color);
      }
      .drop .row {
        justify-content: center;
      }
      .button {
        position: relative;
      }
      .button:focus-within {
        outline: 2px solid var(--primary-text-color);
        outline-offset: 2px;
      }
      input[type="file"] {
        position: absolute;
        inset: 0;
        min-height: 0;
        opacity: 0;
        cursor: pointer;
      }
      .faces button {
        border-radius: 8px;
        width: 88px;
        height: 88px;
        padding: 0;
        overflow: hidden;
      }
      .faces button[aria-pressed="true"] {
        outline: 3px solid var(--primary-color);
      }
      .found {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      .found li {
        display: flex;
        gap: 12px;
        align-items: center;
        padding: 8px 0;
        border-top: 1px solid var(--divider-color);
      }
      .found face-picture {
        width: 64px;
        flex: none;
        border-radius: 8px;
      }
      .found p {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `];
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this.forget();
	}
	render() {
		return k`<button @click=${() => this.open = !0}>${I(d)}${this.words.search_picture}</button>
      ${this.open ? this.dialog() : j}`;
	}
	forget() {
		this.photo !== "" && URL.revokeObjectURL(this.photo), this.photo = this.failure = "", this.found = this.chosen = void 0;
	}
	async look(e) {
		if (e === void 0) return;
		this.forget();
		let t = URL.createObjectURL(e);
		this.photo = t;
		try {
			let n = await this.home.client.search(e);
			if (this.photo !== t) return;
			this.found = n, n.faces.length === 1 && (this.chosen = n.faces[0]);
		} catch (e) {
			this.photo === t && (this.failure = this.home.speech.refusal(e));
		}
	}
	dialog() {
		let { words: e, found: t } = this, { speech: n } = this.home, i = this.photo !== "" && t === void 0 && this.failure === "";
		return k`<face-dialog .heading=${e.search_picture} @closed=${this.closed}>
      <p>${e.search_intro}</p>
      <div
        class="drop ${this.over ? "over" : ""}"
        @drop=${this.dropped}
        @dragover=${this.dragged}
        @dragleave=${this.dragged}
      >
        <div class="row">${this.input(e.search_choose, d, !1)} ${this.input(e.take_photo, r, !0)}</div>
      </div>
      <p role="status">${i ? e.search_looking : t === void 0 ? "" : this.summary(t)}</p>
      ${this.failure === "" ? j : k`<p class="note warn" role="alert">${n.fill(e.failed, { reason: this.failure })}</p>`}
      ${t === void 0 || t.faces.length < 2 ? j : this.faces(t)}
      ${this.chosen === void 0 ? j : this.alike(this.chosen)}
      <button slot="actions" class="main" @click=${this.closed}>${e.done}</button>
    </face-dialog>`;
	}
	input(e, t, n) {
		return k`<span class="button">
      ${I(t)}${e}
      <input
        type="file"
        accept="image/*"
        aria-label=${e}
        capture=${n ? "environment" : j}
        @change=${this.picked}
      />
    </span>`;
	}
	summary(e) {
		let { words: t, chosen: n } = this, { speech: r } = this.home;
		if (e.faces.length === 0) {
			let n = e.suggested_rotate;
			return n == null ? t.search_no_face : r.fill(t.search_turned, { degrees: n });
		}
		if (n === void 0) return r.fill(t.search_several, { n: e.faces.length });
		let i = n.people.length + n.unknowns.length + n.sightings.length > 0, a = r.count(t.search_compared, e.compared);
		return `${i ? t.search_found : t.search_nobody} ${a}${e.learning ? ` ${t.search_learning}` : ""}`;
	}
	faces(e) {
		return k`<div class="row faces">
      ${[...e.faces].sort((e, t) => e.box.x - t.box.x).map((e, t) => k`<button
            aria-label=${this.home.speech.fill(this.words.face_number, { n: t + 1 })}
            aria-pressed=${e === this.chosen ? "true" : "false"}
            @click=${() => this.chosen = e}
          >
            <face-cut .src=${this.photo} .box=${e.box}></face-cut>
          </button>`)}
    </div>`;
	}
	alike(e) {
		let { words: t } = this, { speech: n } = this.home, r = e.alike_sightings - e.sightings.length, i = e.people.length + e.unknowns.length + e.sightings.length > 0;
		return k`
      ${this.list(t.people, e.people.map((e) => {
			let n = this.home.state.people.find((t) => t.id === e.person.id), r = n?.presence.last_seen, i = r == null ? t.never_seen : this.where(n?.presence.camera, r);
			return this.match(e.picture, e.person.name, i, e);
		}))}
      ${this.list(t.search_unknowns, e.unknowns.map((e) => this.unknown(e)))}
      ${this.list(t.search_sightings, e.sightings.map((e) => this.sighting(e)))}
      ${r > 0 ? k`<p class="faint">${n.count(t.search_more, r)}</p>` : j}
      ${i ? k`<p class="faint">${t.likelihood_help}</p>` : j}
    `;
	}
	unknown(e) {
		let t = this.home.speech.count(this.words.seen_times, e.times_seen), n = e.ignored ? `${t} (${this.words.ignored})` : t;
		return this.match(e.picture, n, this.where(e.camera, e.last_seen), e);
	}
	sighting(e) {
		let t = this.home.speech.fill(this.words.search_taken_for, { name: e.person.name }), n = e.corrected ? `${t} (${this.words.corrected})` : t;
		return this.match(e.picture, n, this.where(e.camera, e.at), e);
	}
	where(e, t) {
		let n = this.home.state.cameras.find((t) => t.camera === e)?.name ?? e ?? "";
		return this.home.speech.fill(this.words.was_at, {
			camera: n,
			when: this.home.speech.ago(t)
		});
	}
	match(e, t, n, { alike: r, likelihood: i }) {
		let { speech: a } = this.home;
		return k`<li>
      <face-picture .src=${e}></face-picture>
      <div>
        <p><strong>${t}</strong></p>
        <p class="faint">${n}</p>
        <span class="pill ${lr[i]}">${this.words[`likelihood_${i}`]}</span>
        <span class="faint">${a.fill(this.words.similarity, { value: a.similarity(r) })}</span>
      </div>
    </li>`;
	}
	list(e, t) {
		return t.length === 0 ? j : k`<h3>${e}</h3>
          <ul class="found">
            ${t}
          </ul>`;
	}
};
L([P()], Y.prototype, "open", void 0), L([P()], Y.prototype, "over", void 0), L([P()], Y.prototype, "photo", void 0), L([P()], Y.prototype, "found", void 0), L([P()], Y.prototype, "chosen", void 0), L([P()], Y.prototype, "failure", void 0), Y = L([F("face-search")], Y);
var ur = 12, dr = class extends z {
	constructor(...e) {
		super(...e), this.base = "", this.wanted = "", this.learning = !1;
	}
	static {
		this.styles = [...z.styles, v`
      .grid {
        --column: 140px;
      }
      .spread {
        margin-bottom: 12px;
      }
      .card {
        color: inherit;
        text-decoration: none;
        height: 100%;
      }
      .card:hover {
        background: color-mix(in srgb, var(--primary-text-color) 5%, var(--card-background-color));
      }
      .name {
        font-weight: 500;
      }
      .search {
        max-width: 320px;
        margin-bottom: 16px;
      }
    `];
	}
	render() {
		let { people: e } = this.home.state, t = this.wanted.toLocaleLowerCase(), n = e.filter((e) => e.name.toLocaleLowerCase().includes(t)).sort((e, t) => e.name.localeCompare(t.name, this.home.hass.language));
		return k`
      <div class="row spread">
        <h2>${this.words.people}</h2>
        <div class="row">
          <face-search .home=${this.home}></face-search>
          ${this.home.server.teaches ? k`<button @click=${() => this.learning = !0}>${I(i)}${this.words.learn_at_camera}</button>
                <face-add .home=${this.home}></face-add>` : j}
        </div>
      </div>
      <face-proposals .home=${this.home}></face-proposals>
      ${e.length > ur ? k`<label class="search"
            >${this.words.search_people}
            <input type="search" @input=${(e) => this.wanted = e.target.value}
          /></label>` : j}
      ${e.length === 0 ? k`<p class="empty">${this.words.no_people}</p>` : j}
      <ul class="grid">
        ${n.map((e) => this.person(e))}
      </ul>
      ${this.learning ? k`<face-learn .home=${this.home} @closed=${() => this.learning = !1}></face-learn>` : j}
      <face-changes .home=${this.home}></face-changes>
    `;
	}
	person(e) {
		let t = `${this.base}/${e.id}`;
		return k`<li>
      <a class="card" href=${t} @click=${(e) => {
			e.preventDefault(), it(t);
		}}>
        <face-picture .src=${e.picture}></face-picture>
        <div class="inner">
          <p class="name">${e.name}</p>
          <p class="faint">${this.home.speech.count(this.words.photos, e.photos)}</p>
          <p class="faint">${ir(this, e)}</p>
        </div>
      </a>
    </li>`;
	}
};
L([N()], dr.prototype, "base", void 0), L([P()], dr.prototype, "wanted", void 0), L([P()], dr.prototype, "learning", void 0), dr = L([F("face-people")], dr);
var fr = 3, X = class extends M {
	constructor(...e) {
		super(...e), this.heading = "", this.kind = "unknowns", this.ownId = "", this.without = "", this.near = [], this.name = "", this.closed = () => {
			this.dispatchEvent(new CustomEvent("closed"));
		}, this.submitted = (e) => {
			e.preventDefault(), this.name.trim() !== "" && this.choose(this.name.trim());
		};
	}
	static {
		this.styles = [dt, v`
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
    `];
	}
	connectedCallback() {
		super.connectedCallback(), this.ownId !== "" && this.home.client.explain(this.kind, this.ownId).then(({ faces: e }) => {
			let t = /* @__PURE__ */ new Map();
			for (let n of e.flatMap((e) => e.nearest)) {
				let e = t.get(n.person.id);
				(e === void 0 || e.similarity < n.similarity) && t.set(n.person.id, n);
			}
			t.delete(this.without), this.near = [...t.values()].sort((e, t) => t.similarity - e.similarity).slice(0, fr);
		}, () => void 0);
	}
	choose(e) {
		this.dispatchEvent(new CustomEvent("chosen", { detail: e }));
	}
	render() {
		let { speech: e, state: t } = this.home, { words: n } = e;
		return k`<face-dialog .heading=${this.heading} @closed=${this.closed}>
      <slot></slot>
      ${this.near.length === 0 ? j : k`<p>${n.looks_a_bit_like}</p>
            <div class="near">
              ${this.near.map((t) => k`<button @click=${() => this.choose(t.person.name)}>
                    <face-picture .src=${t.picture}></face-picture>
                    <span
                      >${t.person.name}<br /><span class="faint"
                        >${e.fill(n.similarity, { value: e.similarity(t.similarity) })}</span
                      ></span
                    >
                  </button>`)}
            </div>`}
      <form id="form" @submit=${this.submitted}>
        <label
          >${n.name}
          <input
            autofocus
            autocomplete="off"
            list="people"
            maxlength="100"
            placeholder=${n.name_hint}
            @input=${(e) => this.name = e.target.value}
          />
          <datalist id="people">${t.people.filter((e) => e.id !== this.without).map((e) => k`<option value=${e.name}></option>`)}</datalist>
        </label>
      </form>
      <button slot="actions" @click=${this.closed}>${n.cancel}</button>
      <button slot="actions" class="main" ?disabled=${this.name.trim() === ""} @click=${this.submitted}>
        ${n.save}
      </button>
    </face-dialog>`;
	}
};
L([N({ attribute: !1 })], X.prototype, "home", void 0), L([N()], X.prototype, "heading", void 0), L([N()], X.prototype, "kind", void 0), L([N()], X.prototype, "ownId", void 0), L([N()], X.prototype, "without", void 0), L([P()], X.prototype, "near", void 0), L([P()], X.prototype, "name", void 0), X = L([F("face-who")], X);
var Z = class extends z {
	constructor(...e) {
		super(...e), this.personId = "", this.base = "", this.photos = [], this.answer = "", this.atOnce = !1, this.learning = !1, this.toList = (e) => {
			e?.preventDefault(), it(this.base);
		}, this.closed = () => {
			this.question = void 0;
		};
	}
	static {
		this.styles = [...z.styles, v`
      .head {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 12px;
        margin-bottom: 16px;
      }
      .head face-picture {
        width: 72px;
        border-radius: 50%;
      }
      .head .who {
        flex: 1;
        min-width: 160px;
      }
      h2 {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .grid {
        --column: 150px;
      }
      .inner {
        display: flex;
        flex-direction: column;
        align-items: flex-start;
        gap: 6px;
        flex: 1;
      }
      .inner button {
        margin-top: auto;
        gap: 4px;
        padding: 0 8px;
        overflow-wrap: normal;
      }
    `];
	}
	willUpdate(e) {
		e.has("personId") && (this.photos = []), super.willUpdate(e);
	}
	async load() {
		this.person !== void 0 && (this.photos = await this.home.client.photos(this.personId));
	}
	get person() {
		return this.home.state.people.find((e) => e.id === this.personId);
	}
	render() {
		let { person: e } = this, { server: t } = this.home, n = k`<a
      class="button"
      style="border: none; padding: 0 8px"
      href=${this.base}
      aria-label=${this.words.back}
      @click=${this.toList}
      >${I("M20,11V13H8L13.5,18.5L12.08,19.92L4.16,12L12.08,4.08L13.5,5.5L8,11H20Z")}</a
    >`;
		if (e === void 0) return k`${n}<p class="empty">${this.words.refused_not_found}</p>`;
		let r = (t) => () => {
			this.answer = t.kind === "rename" ? e.name : "", this.atOnce = !1, this.question = t;
		};
		return k`
      <div class="head">
        ${n}
        <face-picture .src=${e.picture}></face-picture>
        <div class="who">
          <h2>${e.name}</h2>
          <p class="faint">${ir(this, e)}</p>
        </div>
        ${t.changes ? k`<button @click=${r({ kind: "rename" })}>${I("M20.71,7.04C21.1,6.65 21.1,6 20.71,5.63L18.37,3.29C18,2.9 17.35,2.9 16.96,3.29L15.12,5.12L18.87,8.87M3,17.25V21H6.75L17.81,9.93L14.06,6.18L3,17.25Z")}${this.words.rename}</button>
              <button ?disabled=${this.home.state.people.length < 2} @click=${r({ kind: "merge" })}>
                ${I("M17,20.41L18.41,19L15,15.59L13.59,17M7.5,8H11V13.59L5.59,19L7,20.41L13,14.41V8H16.5L12,3.5")}${this.words.merge}
              </button>
              <button @click=${r({ kind: "delete" })}>${I(c)}${this.words.delete}</button>` : j}
      </div>
      <face-proposals .home=${this.home} .personId=${e.id}></face-proposals>
      <h3>${this.home.speech.count(this.words.photos, this.photos.length)}</h3>
      ${this.loading && this.photos.length === 0 ? this.waiting() : j}
      <ul class="grid">
        ${this.photos.map((t) => this.photo(e, t, r({
			kind: "photo",
			photo: t
		})))}
      </ul>
      ${t.teaches ? k`<h3>${this.words.add_photos}</h3>
            <p>
              <button @click=${() => this.learning = !0}>${I(i)}${this.words.learn_at_camera}</button>
            </p>
            <face-upload .home=${this.home} .person=${e.name}></face-upload>` : j}
      ${this.learning ? k`<face-learn
            .home=${this.home}
            .person=${e.name}
            @closed=${() => this.learning = !1}
          ></face-learn>` : j}
      ${this.question === void 0 ? j : this.dialog(e, this.question)}
      ${this.moving === void 0 ? j : this.giving(e, this.moving)}
    `;
	}
	photo(e, t, n) {
		let { speech: r, server: i } = this.home, { quality: a } = t, o = a == null ? "" : r.reasons(a), s = r.fill(this.words.photo_of, { name: e.name });
		return k`<li class="card">
      <face-picture .src=${t.picture} .label=${s}></face-picture>
      <div class="inner">
        ${a == null ? j : k`<span class="pill ${Ot(a) ? "fair" : "good"}"
              >${r.fill(this.words.quality, { percent: r.quality(a) })}</span
            >`}
        ${t.usable ? j : k`<span class="pill bad">${r.fill(this.words.not_used, { reason: t.problem ?? "" })}</span>`}
        ${o === "" ? j : k`<span class="faint">${o}</span>`}
        ${i.changes ? k`<button aria-label="${this.words.somebody_else}: ${s}" @click=${() => this.moving = t}>
                ${I("M18 16H14V18H18V20L21 17L18 14V16M11 4C8.8 4 7 5.8 7 8S8.8 12 11 12 15 10.2 15 8 13.2 4 11 4M11 14C6.6 14 3 15.8 3 18V20H12.5C12.2 19.2 12 18.4 12 17.5C12 16.3 12.3 15.2 12.9 14.1C12.3 14.1 11.7 14 11 14")}${this.words.somebody_else}
              </button>
              <button aria-label="${this.words.delete}: ${s}" @click=${n}>
                ${I(c)}${this.words.delete}
              </button>` : j}
      </div>
    </li>`;
	}
	giving(e, t) {
		return k`<face-who
      .home=${this.home}
      .heading=${this.words.who_is_this}
      .without=${e.id}
      @chosen=${async (n) => {
			let { client: r, speech: i } = this.home;
			await this.attempt(async () => {
				let a = await r.movePhoto(e.id, t.photo_id, n.detail), o = i.fill(this.words.moved_to, { name: a.name });
				this.tell({
					text: o,
					undo: () => r.movePhoto(a.id, t.photo_id, e.name)
				});
			}) && (this.moving = void 0, this.changed());
		}}
      @closed=${() => this.moving = void 0}
    ></face-who>`;
	}
	async act(e, t) {
		if (!await this.done(e, t)) return;
		let n = this.answer.trim();
		this.closed(), this.changed(), t.kind === "merge" && it(`${this.base}/${n}`), t.kind === "delete" && this.toList();
	}
	done(e, t) {
		let { client: n, speech: r } = this.home, { words: i, atOnce: a } = this, o = this.answer.trim();
		switch (t.kind) {
			case "rename": return this.attempt(() => n.rename(e.id, o));
			case "merge": {
				let t = this.home.state.people.find((e) => e.id === o);
				return t === void 0 ? Promise.resolve(!1) : this.merge(e, t);
			}
			case "delete": {
				let t = r.fill(a ? i.erased_person : i.deleted_person, { name: e.name });
				return this.delete(t, () => n.deletePerson(e.id, !a));
			}
			case "photo": {
				let r = a ? i.erased_photo : i.deleted_photo;
				return this.delete(r, () => n.deletePhoto(e.id, t.photo.photo_id, !a));
			}
		}
	}
	dialog(e, t) {
		let { words: n } = this, { speech: r, state: i } = this.home, a = (t) => r.fill(t, { name: e.name }), o = (e) => {
			this.answer = e.target.value;
		}, s = (e) => k`<p>${a(e)}</p>
      <label class="beside">
        <input
          type="checkbox"
          .checked=${this.atOnce}
          @change=${(e) => this.atOnce = e.target.checked}
        />
        ${n.erase_at_once}
      </label>`, c = this.atOnce ? n.erase : n.delete, l = {
			rename: {
				heading: n.rename,
				button: n.save,
				body: k`<label
          >${n.new_name}
          <input autofocus autocomplete="off" maxlength="100" .value=${this.answer} @input=${o} />
        </label>`
			},
			merge: {
				heading: n.merge,
				button: n.merge,
				body: k`<p>${a(n.merge_text)}</p>
          <label
            >${n.merge_into}
            <select @change=${o}>
              <option value="">${n.choose_person}</option>
              ${i.people.filter((t) => t.id !== e.id).map((e) => k`<option value=${e.id}>${e.name}</option>`)}
            </select>
          </label>`
			},
			delete: {
				heading: a(n.delete_person),
				button: c,
				body: s(n.delete_person_text)
			},
			photo: {
				heading: n.delete_photo,
				button: c,
				body: s(n.delete_photo_text)
			}
		}[t.kind], u = t.kind === "rename" || t.kind === "merge";
		return k`<face-dialog .heading=${l.heading} @closed=${this.closed}>
      ${l.body}
      <button slot="actions" @click=${this.closed}>${n.cancel}</button>
      <button
        slot="actions"
        class=${t.kind === "rename" ? "main" : "danger"}
        ?disabled=${u && this.answer.trim() === ""}
        @click=${() => this.act(e, t)}
      >
        ${l.button}
      </button>
    </face-dialog>`;
	}
};
L([N()], Z.prototype, "personId", void 0), L([N()], Z.prototype, "base", void 0), L([P()], Z.prototype, "photos", void 0), L([P()], Z.prototype, "question", void 0), L([P()], Z.prototype, "answer", void 0), L([P()], Z.prototype, "atOnce", void 0), L([P()], Z.prototype, "learning", void 0), L([P()], Z.prototype, "moving", void 0), Z = L([F("face-person")], Z);
var pr = class extends z {
	constructor(...e) {
		super(...e), this.busy = !1, this.refused = "", this.download = async () => {
			await this.attempt(async () => {
				let e = document.createElement("a");
				e.href = await this.home.client.library(), e.download = "", e.click();
			});
		}, this.chosen = async () => {
			let [e] = this.chooser.files ?? [];
			if (this.chooser.value = "", e !== void 0) {
				this.busy = !0, this.imported = void 0, this.refused = "";
				try {
					this.imported = await this.home.client.importLibrary(e), this.changed();
				} catch (e) {
					let { speech: t } = this.home, n = e instanceof Ze && e.code === "invalid_request";
					this.refused = n ? e.message : t.fill(this.words.failed, { reason: t.refusal(e) });
				}
				this.busy = !1;
			}
		};
	}
	static {
		this.styles = [...z.styles, v`
      ul {
        margin: 8px 0;
        padding-inline-start: 20px;
      }
    `];
	}
	render() {
		let { words: e, imported: t } = this;
		return k`
      <h3>${e.library}</h3>
      <p class="faint">${e.library_text}</p>
      <div class="row">
        <button ?disabled=${this.busy} @click=${this.download}>${I("M5,20H19V18H5M19,9H15V3H9V9H5L12,16L19,9Z")}${e.library_export}</button>
        <button ?disabled=${this.busy} @click=${() => this.chooser.click()}>
          ${I("M9,16V10H5L12,3L19,10H15V16H9M5,20V18H19V20H5Z")}${e.library_import}
        </button>
        <input hidden type="file" accept=".tar,application/x-tar" aria-label=${e.library_import} @change=${this.chosen} />
      </div>
      <div role="status">
        ${this.busy ? k`<p>${e.library_importing}</p>` : j}
        ${this.refused === "" ? j : k`<p class="note warn">${this.refused}</p>`}
        ${t === void 0 ? j : k`<p>${e.library_imported}</p>
              <ul>
                ${t.people.map((e) => this.person(e))}
              </ul>`}
      </div>
    `;
	}
	person(e) {
		let { speech: t } = this.home, { words: n } = this, r = [
			...e.added ? [n.library_new] : [],
			...e.photos_added > 0 ? [t.count(n.library_added, e.photos_added)] : [],
			...e.photos_known > 0 ? [t.count(n.library_known, e.photos_known)] : [],
			...e.somebody_elses.map(({ file: e, person: r }) => t.fill(n.library_elsewhere, {
				file: e,
				name: r.name
			}))
		];
		return k`<li>${e.person.name}: ${r.join(", ")}</li>`;
	}
};
L([P()], pr.prototype, "busy", void 0), L([P()], pr.prototype, "imported", void 0), L([P()], pr.prototype, "refused", void 0), L([Ye("input")], pr.prototype, "chooser", void 0), pr = L([F("face-library")], pr);
var mr = [
	.1,
	.3,
	1,
	3,
	10,
	30,
	50
], hr = .3, gr = 10, _r = {
	min: 1,
	max: 1440
}, vr = {
	min: 1,
	max: 365
}, yr = class extends z {
	static {
		this.styles = [...z.styles, v`
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
    `];
	}
	async load() {
		this.settings = await this.home.client.settings();
	}
	async change(e) {
		await this.attempt(async () => this.settings = await this.home.client.changeSettings(e)) ? this.tell({ text: this.words.saved }) : await this.reload();
	}
	render() {
		let { settings: e, words: t } = this;
		if (e === void 0) return this.waiting();
		let { speech: n } = this.home, r = !this.home.server.changes, i = e.strangers_per_thousand, a = Math.round(e.presence_timeout_s / 60), o = (e) => Math.abs(Math.log(e / i)), s = mr.reduce((e, t, n) => o(t) < o(mr[e] ?? 1) ? n : e, 0), c = (e) => mr[Number(e.target.value)] ?? 1, l = n.fill(t.accuracy_sentence, { n: n.number(i, 1) });
		return k`
      <h2>${t.settings}</h2>
      <section class="card">
        <h3>${t.accuracy}</h3>
        <p class="sentence" id="accuracy">${l}</p>
        <p class="faint">
          ${i <= hr ? t.accuracy_strict : i >= gr ? t.accuracy_loose : t.accuracy_medium}
        </p>
        ${r ? j : k`<input
              type="range"
              min="0"
              max=${mr.length - 1}
              step="1"
              .value=${String(s)}
              aria-label=${t.accuracy_label}
              aria-valuetext=${l}
              @input=${(t) => this.settings = {
			...e,
			strangers_per_thousand: c(t)
		}}
              @change=${(e) => this.change({ strangers_per_thousand: c(e) })}
            />`}
      </section>
      <section class="card">
        <p>${n.fill(t.stays_present, { minutes: n.number(a) })}</p>
        ${r ? j : this.number(t.minutes, a, _r, (e) => this.change({ presence_timeout_s: e * 60 }))}
      </section>
      <section class="card">
        <p>${n.fill(t.kept_days, { days: n.number(e.retention_days) })}</p>
        ${r ? j : this.number(t.days, e.retention_days, vr, (e) => this.change({ retention_days: e }))}
      </section>
      ${r ? j : k`<section class="card"><face-library .home=${this.home}></face-library></section>`}
    `;
	}
	number(e, t, n, r) {
		return k`<label
      >${e}
      <input type="number" min=${n.min} max=${n.max} step="1" .value=${String(t)} @change=${({ target: e }) => {
			let t = e;
			t.reportValidity() && t.value !== "" && r(t.valueAsNumber);
		}} />
    </label>`;
	}
};
L([P()], yr.prototype, "settings", void 0), yr = L([F("face-settings")], yr);
var Q = class extends z {
	constructor(...e) {
		super(...e), this.sightings = [], this.personId = "", this.camera = "", this.explained = /* @__PURE__ */ new Map(), this.asked = 0;
	}
	static {
		this.styles = [...z.styles, v`
      .filters {
        display: grid;
        gap: 12px;
        grid-template-columns: repeat(auto-fit, minmax(140px, 240px));
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: flex;
        flex-direction: column;
        gap: 8px;
      }
      .sighting {
        display: flex;
        flex-wrap: wrap;
        gap: 12px;
        align-items: center;
        padding: 8px 12px 8px 8px;
      }
      .sighting face-picture {
        width: 72px;
        border-radius: 8px;
        flex: none;
      }
      .what {
        flex: 1;
        min-width: 150px;
        overflow-wrap: anywhere;
      }
      .what p {
        margin: 2px 0;
      }
      .name {
        font-weight: 500;
      }
      .corrected .name {
        text-decoration: line-through;
      }
      .why {
        border-top: 1px solid var(--divider-color);
        padding: 8px 16px 12px;
      }
      .near {
        display: flex;
        flex-wrap: wrap;
        gap: 12px;
        margin-top: 8px;
      }
      .near li {
        display: flex;
        gap: 8px;
        align-items: center;
      }
      .near face-picture {
        width: 56px;
        border-radius: 8px;
      }
      .more {
        text-align: center;
        margin: 16px;
      }
      .choices {
        display: flex;
        flex-direction: column;
        gap: 8px;
        margin-bottom: 16px;
      }
    `];
	}
	get filter() {
		return {
			...this.personId !== "" && { person_id: this.personId },
			...this.camera !== "" && { camera: this.camera }
		};
	}
	async load() {
		let e = ++this.asked, { items: t, next_cursor: n } = await this.home.client.sightings(this.filter);
		if (e !== this.asked) return;
		let r = t.at(-1), i = this.sightings.findIndex((e) => e.sighting_id === r?.sighting_id), a = i < 0 ? [] : this.sightings.slice(i + 1);
		this.sightings = [...t, ...a], a.length === 0 && (this.cursor = n);
	}
	async more() {
		if (this.cursor == null) return;
		let { items: e, next_cursor: t } = await this.home.client.sightings(this.filter, this.cursor);
		this.sightings = [...this.sightings, ...e], this.cursor = t;
	}
	filtered(e) {
		e(), this.sightings = [], this.loading = !0, this.reload();
	}
	render() {
		let { people: e, cameras: t } = this.home.state, n = this.personId !== "" || this.camera !== "";
		return k`
      <h2>${this.words.timeline}</h2>
      <div class="filters">
        ${this.select(this.words.person, this.words.everybody, e.map((e) => [e.id, e.name]), (e) => this.personId = e)}
        ${this.select(this.words.camera, this.words.all_cameras, t.map((e) => [e.camera, e.name]), (e) => this.camera = e)}
      </div>
      ${this.loading ? this.waiting() : this.sightings.length === 0 ? k`<p class="empty">${n ? this.words.no_match : this.words.no_sightings}</p>` : this.days()}
      ${this.cursor == null || this.loading ? j : k`<p class="more">
            <button @click=${() => this.attempt(() => this.more())}>${this.words.more}</button>
          </p>`}
      ${this.correcting === void 0 ? j : this.dialog(this.correcting)}
    `;
	}
	select(e, t, n, r) {
		return k`<label
      >${e}
      <select @change=${(e) => this.filtered(() => r(e.target.value))}>
        <option value="">${t}</option>
        ${n.map(([e, t]) => k`<option value=${e}>${t}</option>`)}
      </select>
    </label>`;
	}
	days() {
		let e = /* @__PURE__ */ new Map();
		for (let t of this.sightings) {
			let n = this.home.speech.day(t.at);
			e.set(n, [...e.get(n) ?? [], t]);
		}
		return [...e].map(([e, t]) => k`<h3>${e}</h3>
          <ul>
            ${Jt(t, (e) => e.sighting_id, (e) => this.sighting(e))}
          </ul>`);
	}
	sighting(e) {
		let { speech: t, server: n } = this.home, { words: r } = this, i = e.sighting_id, [a, o, s] = [
			e.person.name,
			this.cameraName(e.camera),
			t.time(e.at)
		], c = this.explained.has(i), l = e.grade === "confirmed" ? r.grade_confirmed : r.grade_seen;
		return k`<li class="card ${e.corrected ? "corrected" : ""}">
      <div class="sighting">
        <face-picture
          .src=${e.picture}
          .label=${t.fill(r.picture_of_sighting, {
			name: a,
			camera: o,
			when: s
		})}
        ></face-picture>
        <div class="what">
          <p class="name">${a}</p>
          <p class="faint">${o}, ${s}</p>
          <p>
            <span class="pill ${e.corrected ? "bad" : e.grade === "confirmed" ? "good" : ""}"
              >${e.corrected ? r.corrected : l}</span
            >
          </p>
        </div>
        <button aria-expanded=${c} @click=${() => this.explain(i)}>${r.why}</button>
        ${n.teaches ? e.corrected ? k`<button @click=${() => this.undo(e)}>${r.undo}</button>` : k`<button @click=${() => this.correcting = e}>${r.wrong}</button>` : j}
      </div>
      ${c ? this.why(e, this.explained.get(i)) : j}
    </li>`;
	}
	async explain(e) {
		let { [e]: t, ...n } = Object.fromEntries(this.explained);
		this.explained.has(e) ? this.explained = new Map(Object.entries(n)) : (this.explained = new Map([...this.explained, [e, t]]), await this.attempt(async () => {
			let t = await this.home.client.explain("sightings", e);
			this.explained.has(e) && (this.explained = new Map([...this.explained, [e, t]]));
		}));
	}
	why(e, t) {
		let { speech: n } = this.home, { words: r } = this, i = [...t?.faces ?? []].sort((e, t) => t.box.w - e.box.w)[0];
		return k`<div class="why">
      <p>${n.fill(r.why_then, {
			similarity: n.similarity(e.similarity),
			probability: n.percent(e.probability),
			name: e.person.name
		})}</p>
      ${t === void 0 ? k`<p class="faint" role="status">${r.looking}</p>` : i === void 0 ? k`<p class="faint">${r.why_no_face}</p>` : k`<p>
                <strong>${r.why_now}</strong><br />
                ${n.fill(r.why_needed, {
			seen: n.similarity(i.evidence.seen_from),
			confirmed: n.similarity(i.evidence.confirmed_from)
		})}
              </p>
              <ul class="near">
                ${i.nearest.map((e) => this.near(e))}
              </ul>
              ${i.quality.reasons.length === 0 ? j : k`<p class="faint">
                    ${n.fill(r.quality, { percent: n.quality(i.quality) })}:
                    ${n.reasons(i.quality)}
                  </p>`}`}
    </div>`;
	}
	near(e) {
		let { speech: t } = this.home, { name: n } = e.person;
		return k`<li>
      <face-picture .src=${e.picture} .label=${t.fill(this.words.nearest_photo, { name: n })}></face-picture>
      <span
        >${n}<br /><span class="faint"
          >${t.fill(this.words.similarity, { value: t.similarity(e.similarity) })}</span
        ></span
      >
    </li>`;
	}
	async correct(e, t) {
		this.correcting = void 0;
		let { name: n } = e.person;
		if (!await this.attempt(() => this.home.client.correct(e.sighting_id, t))) return;
		let r = this.home.speech.fill(this.words.was_corrected, { name: n });
		this.tell({
			text: r,
			undo: () => this.home.client.correct(e.sighting_id, { person: n })
		}), this.changed();
	}
	async undo(e) {
		let t = e.person.name;
		await this.attempt(() => this.home.client.correct(e.sighting_id, { person: t })) && (this.tell({ text: this.words.was_undone }), this.changed());
	}
	dialog(e) {
		let { words: t } = this;
		return k`<face-who
      .home=${this.home}
      .heading=${this.home.speech.fill(t.wrong_title, { name: e.person.name })}
      .without=${e.person.id}
      .kind=${"sightings"}
      .ownId=${e.sighting_id}
      @chosen=${({ detail: t }) => this.correct(e, { person: t })}
      @closed=${() => this.correcting = void 0}
    >
      <div class="choices">
        <button @click=${() => this.correct(e, {})}>${t.dont_know}</button>
        <button @click=${() => this.correct(e, { reason: "not_a_person" })}>${t.not_a_person}</button>
      </div>
      <p>${t.it_was}</p>
    </face-who>`;
	}
};
L([P()], Q.prototype, "sightings", void 0), L([P()], Q.prototype, "cursor", void 0), L([P()], Q.prototype, "personId", void 0), L([P()], Q.prototype, "camera", void 0), L([P()], Q.prototype, "explained", void 0), L([P()], Q.prototype, "correcting", void 0), Q = L([F("face-timeline")], Q);
var br = class extends z {
	constructor(...e) {
		super(...e), this.unknowns = [], this.selected = /* @__PURE__ */ new Set(), this.naming = [], this.forgetting = [];
	}
	static {
		this.styles = [...z.styles, v`
      .grid {
        --column: 220px;
      }
      .card {
        position: relative;
      }
      .pick {
        position: absolute;
        top: 8px;
        left: 8px;
        padding: 10px;
        border-radius: 50%;
        background: color-mix(in srgb, var(--card-background-color) 80%, transparent);
      }
      .inner {
        display: flex;
        flex-direction: column;
        flex: 1;
      }
      .times {
        font-weight: 500;
      }
      .actions {
        margin-top: auto;
        padding-top: 8px;
      }
      .bar {
        position: sticky;
        top: -16px;
        z-index: 1;
        padding: 8px 16px;
        margin: 0 0 16px;
        border-radius: var(--radius);
        border: 1px solid var(--divider-color);
        background: var(--card-background-color);
      }
      .bar span {
        flex: 1;
      }
      summary {
        cursor: pointer;
        padding: 16px 0;
      }
      .ignored {
        opacity: 0.75;
      }
    `];
	}
	async load() {
		let e = await this.home.client.unknowns();
		this.unknowns = e.sort((e, t) => t.times_seen - e.times_seen || Date.parse(t.last_seen) - Date.parse(e.last_seen));
		let t = new Set(e.map((e) => e.unknown_id));
		this.selected = new Set([...this.selected].filter((e) => t.has(e)));
	}
	render() {
		if (this.loading) return this.waiting();
		let e = this.unknowns.filter((e) => !e.ignored), t = this.unknowns.filter((e) => e.ignored);
		return k`
      <h2>${this.words.unknown}</h2>
      <p>${this.words.unknown_intro}</p>
      ${this.selected.size === 0 ? j : this.bar([...this.selected])}
      ${e.length === 0 ? k`<p class="empty">${this.words.no_unknowns}</p>` : j}
      ${this.list(e)}
      ${t.length === 0 ? j : k`<details>
            <summary>${this.home.speech.fill(this.words.show_ignored, { n: t.length })}</summary>
            ${this.list(t)}
          </details>`}
      <face-changes .home=${this.home}></face-changes>
      ${this.naming.length === 0 ? j : this.whoIsThis(this.naming)}
      ${this.forgetting.length === 0 ? j : this.forget(this.forgetting)}
    `;
	}
	list(e) {
		return k`<ul class="grid">
      ${Jt(e, (e) => e.unknown_id, (e) => this.unknown(e))}
    </ul>`;
	}
	unknown(e) {
		let { speech: t, server: n } = this.home, r = e.unknown_id, [i, a] = [t.ago(e.first_seen), t.ago(e.last_seen)];
		return k`<li class="card ${e.ignored ? "ignored" : ""}">
      <face-picture .src=${e.picture} .label=${this.words.unknown_person}></face-picture>
      ${n.teaches ? k`<label class="pick"
            ><input type="checkbox" aria-label=${this.words.select} .checked=${this.selected.has(r)} @change=${(e) => {
			let t = [...this.selected].filter((e) => e !== r);
			this.selected = new Set(e.target.checked ? [...t, r] : t);
		}}
          /></label>` : j}
      <div class="inner">
        <p class="times">${t.count(this.words.seen_times, e.times_seen)}</p>
        <p class="faint">${t.fill(this.words.at_camera, { camera: this.cameraName(e.camera) })}</p>
        <p class="faint">${e.times_seen > 1 ? t.fill(this.words.first_last, {
			first: i,
			last: a
		}) : a}</p>
        ${n.teaches ? k`<div class="row actions">${this.buttons([r], e.ignored)}</div>` : j}
      </div>
    </li>`;
	}
	bar(e) {
		return k`<div class="row bar">
      <span>${this.home.speech.count(this.words.selected, e.length)}</span>${this.buttons(e, !1)}
    </div>`;
	}
	buttons(e, t) {
		return k`<button @click=${() => this.naming = e}>${I("M21.1,12.5L22.5,13.91L15.97,20.5L12.5,17L13.9,15.59L15.97,17.67L21.1,12.5M10,17L13,20H3V18C3,15.79 6.58,14 11,14L12.89,14.11L10,17M11,4A4,4 0 0,1 15,8A4,4 0 0,1 11,12A4,4 0 0,1 7,8A4,4 0 0,1 11,4Z")}${this.words.this_is}</button>
      ${t ? j : k`<button @click=${() => this.ignore(e)}>${I("M20.84,22.73L18.11,20H3V19L5,17V11C5,9.86 5.29,8.73 5.83,7.72L1.11,3L2.39,1.73L22.11,21.46L20.84,22.73M19,15.8V11C19,7.9 16.97,5.17 14,4.29C14,4.19 14,4.1 14,4A2,2 0 0,0 12,2A2,2 0 0,0 10,4C10,4.1 10,4.19 10,4.29C9.39,4.47 8.8,4.74 8.26,5.09L19,15.8M12,23A2,2 0 0,0 14,21H10A2,2 0 0,0 12,23Z")}${this.words.ignore}</button>`}
      ${this.home.server.changes ? k`<button class="icon" aria-label=${this.words.delete} @click=${() => this.forgetting = e}>
            ${I(c)}
          </button>` : j}`;
	}
	async each(e, t, n, r) {
		let i = await this.attempt(async () => {
			for (let n of e) await t(n);
			await this.offerUndo(n, (t) => t.kind === r && e.includes(t.unknown_id ?? ""));
		});
		this.naming = [], this.forgetting = [], i && (this.selected = /* @__PURE__ */ new Set()), await this.reload(), this.changed();
	}
	async ignore(e) {
		await this.each(e, (e) => this.home.client.ignore(e), this.words.now_ignored, "unknown_ignored");
	}
	whoIsThis(e) {
		return k`<face-who
      .home=${this.home}
      .heading=${this.words.who_is_this}
      .ownId=${e[0] ?? ""}
      @chosen=${({ detail: t }) => this.each(e, (e) => this.home.client.assign(e, t), this.home.speech.fill(this.words.named, { name: t }), "unknown_named")}
      @closed=${() => this.naming = []}
    ></face-who>`;
	}
	forget(e) {
		let t = () => {
			this.forgetting = [];
		};
		return k`<face-dialog .heading=${this.words.delete_unknown} @closed=${t}>
      <p>${this.words.delete_unknown_text}</p>
      <button slot="actions" @click=${t}>${this.words.cancel}</button>
      <button
        slot="actions"
        class="danger"
        @click=${() => this.each(e, (e) => this.home.client.deleteUnknown(e, !0), this.words.now_forgotten, "unknown_forgotten")}
      >
        ${this.words.delete}
      </button>
    </face-dialog>`;
	}
};
L([P()], br.prototype, "unknowns", void 0), L([P()], br.prototype, "selected", void 0), L([P()], br.prototype, "naming", void 0), L([P()], br.prototype, "forgetting", void 0), br = L([F("face-unknown")], br);
var xr = [
	{
		name: "now",
		icon: l
	},
	{
		name: "people",
		icon: e
	},
	{
		name: "unknown",
		icon: n
	},
	{
		name: "timeline",
		icon: u
	},
	{
		name: "check",
		icon: o
	},
	{
		name: "cameras",
		icon: i
	},
	{
		name: "settings",
		icon: s
	}
], Sr = 700, Cr = 8e3, wr = 5e3, $ = class extends M {
	constructor(...e) {
		super(...e), this.narrow = !1, this.language = "", this.settle = () => {
			this.settling ??= setTimeout(() => {
				this.settling = void 0, this.reload();
			}, Sr);
		}, this.reload = () => {
			this.fetchState().catch(() => void 0);
		}, this.takeNotice = (e) => {
			this.notice = e.detail, clearTimeout(this.noticeEnds), this.noticeEnds = setTimeout(() => this.notice = void 0, Cr);
		}, this.takeBack = async () => {
			let e = this.notice?.undo;
			this.notice = void 0;
			try {
				await e?.();
			} catch (e) {
				let t = new Dt(this.hass);
				this.notice = { text: t.fill(t.words.failed, { reason: t.refusal(e) }) };
			}
			this.reload();
		}, this.toggleMenu = () => {
			this.dispatchEvent(new CustomEvent("hass-toggle-menu", {
				bubbles: !0,
				composed: !0
			}));
		}, this.chooseServer = (e) => {
			this.faces = void 0, this.home = void 0, this.choose(e.target.value);
		}, this.follow = (e) => {
			e.ctrlKey || e.metaKey || e.shiftKey || e.button !== 0 || (e.preventDefault(), it(e.currentTarget.pathname));
		};
	}
	static {
		this.styles = [dt, v`
      :host {
        display: flex;
        flex-direction: column;
        height: 100%;
        background: var(--primary-background-color);
      }
      header {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: var(--header-height, 56px);
        padding: 0 12px;
        box-sizing: border-box;
        flex: none;
        background: var(--app-header-background-color);
        color: var(--app-header-text-color, white);
        border-bottom: var(--app-header-border-bottom, 1px solid var(--divider-color));
      }
      header button {
        color: inherit;
        display: none;
      }
      :host([narrow]) header button {
        display: inline-flex;
      }
      h1 {
        font-size: 1.25rem;
        font-weight: 400;
        margin: 0 8px;
        flex: 1;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      header select {
        width: auto;
        max-width: 50%;
      }
      nav {
        flex: none;
        overflow-x: auto;
        scrollbar-width: none;
        background: var(--card-background-color);
        border-bottom: 1px solid var(--divider-color);
      }
      nav ul {
        display: flex;
        list-style: none;
        margin: 0;
        padding: 0 8px;
      }
      nav a {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 48px;
        padding: 0 14px;
        color: var(--primary-text-color);
        text-decoration: none;
        white-space: nowrap;
        font-size: 0.9375rem;
        border-bottom: 3px solid transparent;
        box-sizing: border-box;
      }
      nav a:focus-visible {
        outline-offset: -2px;
      }
      nav a[aria-current] {
        border-bottom-color: var(--primary-color);
        font-weight: 500;
      }
      nav svg {
        width: 22px;
        height: 22px;
        fill: currentColor;
      }
      :host([narrow]) nav a {
        flex-direction: column;
        gap: 2px;
        font-size: 0.75rem;
        padding: 6px 10px;
      }
      .badge {
        min-width: 20px;
        padding: 0 6px;
        border-radius: 10px;
        box-sizing: border-box;
        text-align: center;
        font-size: 0.75rem;
        line-height: 20px;
        color: white;
        background: var(--strong-color);
      }
      main {
        flex: 1;
        overflow: auto;
        padding: 16px;
        box-sizing: border-box;
      }
      .page {
        max-width: 1200px;
        margin: 0 auto;
      }
      .notice {
        position: fixed;
        inset-inline: 16px;
        bottom: 16px;
        margin: 0 auto;
        width: fit-content;
        max-width: 560px;
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 10px 16px;
        border-radius: 12px;
        color: white;
        background: #323232;
        box-shadow: 0 4px 12px rgb(0 0 0 / 30%);
        z-index: 2;
      }
      .notice button {
        color: white;
        border-color: white;
      }
    `];
	}
	connectedCallback() {
		super.connectedCallback(), this.addEventListener("face-notice", this.takeNotice), this.addEventListener("face-changed", this.reload), this.hass && this.begin();
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this.removeEventListener("face-notice", this.takeNotice), this.removeEventListener("face-changed", this.reload), clearTimeout(this.settling), this.stopFollowing?.().catch(() => void 0), this.stopFollowing = void 0;
	}
	willUpdate(e) {
		if (!e.has("hass")) return;
		this.servers === void 0 && e.get("hass") === void 0 && this.begin();
		let t = `${this.hass.language} ${this.hass.locale.time_format}`;
		t !== this.language && (this.language = t, this.show());
	}
	updated(e) {
		e.has("route") && this.renderRoot.querySelector("nav a[aria-current]")?.scrollIntoView({ block: "nearest" });
	}
	async begin() {
		try {
			this.servers = await tt(this.hass);
		} catch {
			setTimeout(() => void this.begin(), wr);
			return;
		}
		this.entryId ??= this.servers[0]?.entry_id, await this.choose(this.entryId);
	}
	async choose(e) {
		if (this.entryId = e, await this.stopFollowing?.().catch(() => void 0), this.stopFollowing = void 0, e !== void 0) try {
			this.stopFollowing = await new rt(this.hass, e).follow(this.settle), await this.fetchState();
		} catch {
			setTimeout(() => void this.begin(), wr);
		}
	}
	async fetchState() {
		this.entryId !== void 0 && (this.faces = await new rt(this.hass, this.entryId).state(), this.show());
	}
	show() {
		let e = this.servers?.find((e) => e.entry_id === this.entryId);
		if (e === void 0 || this.faces === void 0) return;
		let { hass: t } = this, n = new rt(t, e.entry_id);
		this.home = {
			hass: t,
			client: n,
			server: e,
			speech: new Dt(t),
			state: this.faces
		};
	}
	render() {
		let { words: e } = new Dt(this.hass), { prefix: t, path: n } = this.route, [, r = "", i = ""] = n.split("/"), a = xr.find((e) => e.name === r)?.name ?? "now", o = (this.servers?.length ?? 0) > 1;
		return k`
      <header>
        <button class="icon" aria-label=${e.menu} @click=${this.toggleMenu}>${I("M3,6H21V8H3V6M3,11H21V13H3V11M3,16H21V18H3V16Z")}</button>
        <h1>${e.title}</h1>
        ${o ? k`<select aria-label=${e.server} @change=${this.chooseServer}>
              ${this.servers?.map((e) => k`<option value=${e.entry_id} ?selected=${e.entry_id === this.entryId}>${e.title}</option>`)}
            </select>` : j}
      </header>
      <nav aria-label=${e.pages}>
        <ul>
          ${xr.map((n) => k`<li>
              <a
                href="${t}/${n.name}"
                aria-current=${n.name === a ? "page" : j}
                @click=${this.follow}
                >${I(n.icon)}<span>${e[n.name]}</span>${n.name === "people" ? this.badge() : j}</a
              >
            </li>`)}
        </ul>
      </nav>
      <main>
        <div class="page">
          ${this.home === void 0 ? k`<p class="empty" role="status">${this.servers?.length === 0 ? e.no_server : e.loading}</p>` : k`${this.warnings(this.home)} ${this.page(a, i, this.home)}`}
        </div>
      </main>
      <div role="status" aria-live="polite">
        ${this.notice === void 0 ? j : k`<div class="notice">
              <span>${this.notice.text}</span>
              ${this.notice.undo === void 0 ? j : k`<button @click=${this.takeBack}>${e.undo}</button>`}
            </div>`}
      </div>
    `;
	}
	badge() {
		if (this.home?.server.teaches !== !0) return j;
		let { state: e, speech: t } = this.home, n = e.people.reduce((e, t) => e + t.proposals, 0);
		return n === 0 ? j : k`<span class="badge" role="img" aria-label=${t.count(t.words.proposals_help, n)}
      >${n}</span
    >`;
	}
	warnings(e) {
		let { words: t } = e.speech;
		return k`
      ${e.state.ready ? j : k`<p class="note warn" role="alert">${t.not_connected}</p>`}
      ${e.server.teaches || e.server.changes ? j : k`<p class="note">${t.only_look}</p>`}
    `;
	}
	page(e, t, n) {
		switch (e) {
			case "now": return k`<face-now .home=${n}></face-now>`;
			case "people": return t === "" ? k`<face-people .home=${n} .base=${`${this.route.prefix}/people`}></face-people>` : k`<face-person .home=${n} .personId=${t} .base=${`${this.route.prefix}/people`}></face-person>`;
			case "unknown": return k`<face-unknown .home=${n}></face-unknown>`;
			case "timeline": return k`<face-timeline .home=${n}></face-timeline>`;
			case "check": return k`<face-check .home=${n} .base=${`${this.route.prefix}/people`}></face-check>`;
			case "cameras": return k`<face-cameras .home=${n}></face-cameras>`;
			case "settings": return k`<face-settings .home=${n}></face-settings>`;
		}
	}
};
L([N({ attribute: !1 })], $.prototype, "hass", void 0), L([N({
	type: Boolean,
	reflect: !0
})], $.prototype, "narrow", void 0), L([N({ attribute: !1 })], $.prototype, "route", void 0), L([P()], $.prototype, "servers", void 0), L([P()], $.prototype, "entryId", void 0), L([P()], $.prototype, "faces", void 0), L([P()], $.prototype, "home", void 0), L([P()], $.prototype, "notice", void 0), $ = L([F("face-panel")], $);
export { $ as FacePanel };
