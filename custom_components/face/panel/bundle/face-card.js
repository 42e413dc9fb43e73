var e = globalThis, t = e.ShadowRoot && (e.ShadyCSS === void 0 || e.ShadyCSS.nativeShadow) && "adoptedStyleSheets" in Document.prototype && "replace" in CSSStyleSheet.prototype, n = Symbol(), r = /* @__PURE__ */ new WeakMap(), i = class {
	constructor(e, t, r) {
		if (this._$cssResult$ = !0, r !== n) throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");
		this.cssText = e, this.t = t;
	}
	get styleSheet() {
		let e = this.o, n = this.t;
		if (t && e === void 0) {
			let t = n !== void 0 && n.length === 1;
			t && (e = r.get(n)), e === void 0 && ((this.o = e = new CSSStyleSheet()).replaceSync(this.cssText), t && r.set(n, e));
		}
		return e;
	}
	toString() {
		return this.cssText;
	}
}, a = (e) => new i(typeof e == "string" ? e : e + "", void 0, n), o = (e, ...t) => new i(e.length === 1 ? e[0] : t.reduce((t, n, r) => t + ((e) => {
	if (!0 === e._$cssResult$) return e.cssText;
	if (typeof e == "number") return e;
	throw Error("Value passed to 'css' function must be a 'css' function result: " + e + ". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.");
})(n) + e[r + 1], e[0]), e, n), s = (n, r) => {
	if (t) n.adoptedStyleSheets = r.map((e) => e instanceof CSSStyleSheet ? e : e.styleSheet);
	else for (let t of r) {
		let r = document.createElement("style"), i = e.litNonce;
		i !== void 0 && r.setAttribute("nonce", i), r.textContent = t.cssText, n.appendChild(r);
	}
}, c = t ? (e) => e : (e) => e instanceof CSSStyleSheet ? ((e) => {
	let t = "";
	for (let n of e.cssRules) t += n.cssText;
	return a(t);
})(e) : e, { is: l, defineProperty: u, getOwnPropertyDescriptor: d, getOwnPropertyNames: ee, getOwnPropertySymbols: te, getPrototypeOf: ne } = Object, f = globalThis, re = f.trustedTypes, ie = re ? re.emptyScript : "", ae = f.reactiveElementPolyfillSupport, p = (e, t) => e, m = {
	toAttribute(e, t) {
		switch (t) {
			case Boolean:
				e = e ? ie : null;
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
}, h = (e, t) => !l(e, t), oe = {
	attribute: !0,
	type: String,
	converter: m,
	reflect: !1,
	useDefault: !1,
	hasChanged: h
};
Symbol.metadata ??= Symbol("metadata"), f.litPropertyMetadata ??= /* @__PURE__ */ new WeakMap();
var g = class extends HTMLElement {
	static addInitializer(e) {
		this._$Ei(), (this.l ??= []).push(e);
	}
	static get observedAttributes() {
		return this.finalize(), this._$Eh && [...this._$Eh.keys()];
	}
	static createProperty(e, t = oe) {
		if (t.state && (t.attribute = !1), this._$Ei(), this.prototype.hasOwnProperty(e) && ((t = Object.create(t)).wrapped = !0), this.elementProperties.set(e, t), !t.noAccessor) {
			let n = Symbol(), r = this.getPropertyDescriptor(e, n, t);
			r !== void 0 && u(this.prototype, e, r);
		}
	}
	static getPropertyDescriptor(e, t, n) {
		let { get: r, set: i } = d(this.prototype, e) ?? {
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
		return this.elementProperties.get(e) ?? oe;
	}
	static _$Ei() {
		if (this.hasOwnProperty(p("elementProperties"))) return;
		let e = ne(this);
		e.finalize(), e.l !== void 0 && (this.l = [...e.l]), this.elementProperties = new Map(e.elementProperties);
	}
	static finalize() {
		if (this.hasOwnProperty(p("finalized"))) return;
		if (this.finalized = !0, this._$Ei(), this.hasOwnProperty(p("properties"))) {
			let e = this.properties, t = [...ee(e), ...te(e)];
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
			for (let e of n) t.unshift(c(e));
		} else e !== void 0 && t.push(c(e));
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
		return s(e, this.constructor.elementStyles), e;
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
			let i = (n.converter?.toAttribute === void 0 ? m : n.converter).toAttribute(t, n.type);
			this._$Em = e, i == null ? this.removeAttribute(r) : this.setAttribute(r, i), this._$Em = null;
		}
	}
	_$AK(e, t) {
		let n = this.constructor, r = n._$Eh.get(e);
		if (r !== void 0 && this._$Em !== r) {
			let e = n.getPropertyOptions(r), i = typeof e.converter == "function" ? { fromAttribute: e.converter } : e.converter?.fromAttribute === void 0 ? m : e.converter;
			this._$Em = r;
			let a = i.fromAttribute(t, e.type);
			this[r] = a ?? this._$Ej?.get(r) ?? a, this._$Em = null;
		}
	}
	requestUpdate(e, t, n, r = !1, i) {
		if (e !== void 0) {
			let a = this.constructor;
			if (!1 === r && (i = this[e]), n ??= a.getPropertyOptions(e), !((n.hasChanged ?? h)(i, t) || n.useDefault && n.reflect && i === this._$Ej?.get(e) && !this.hasAttribute(a._$Eu(e, n)))) return;
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
g.elementStyles = [], g.shadowRootOptions = { mode: "open" }, g[p("elementProperties")] = /* @__PURE__ */ new Map(), g[p("finalized")] = /* @__PURE__ */ new Map(), ae?.({ ReactiveElement: g }), (f.reactiveElementVersions ??= []).push("2.1.2");
var _ = globalThis, v = (e) => e, y = _.trustedTypes, b = y ? y.createPolicy("lit-html", { createHTML: (e) => e }) : void 0, x = "$lit$", S = `lit$${Math.random().toFixed(9).slice(2)}$`, se = "?" + S, ce = `<${se}>`, C = document, w = () => C.createComment(""), T = (e) => e === null || typeof e != "object" && typeof e != "function", E = Array.isArray, le = (e) => E(e) || typeof e?.[Symbol.iterator] == "function", D = "[ 	\n\f\r]", O = /<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g, k = /-->/g, A = />/g, j = RegExp(`>|${D}(?:([^\\s"'>=/]+)(${D}*=${D}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`, "g"), M = /'/g, ue = /"/g, de = /^(?:script|style|textarea|title)$/i, N = ((e) => (t, ...n) => ({
	_$litType$: e,
	strings: t,
	values: n
}))(1), P = Symbol.for("lit-noChange"), F = Symbol.for("lit-nothing"), I = /* @__PURE__ */ new WeakMap(), L = C.createTreeWalker(C, 129);
function R(e, t) {
	if (!E(e) || !e.hasOwnProperty("raw")) throw Error("invalid template strings array");
	return b === void 0 ? t : b.createHTML(t);
}
var fe = (e, t) => {
	let n = e.length - 1, r = [], i, a = t === 2 ? "<svg>" : t === 3 ? "<math>" : "", o = O;
	for (let t = 0; t < n; t++) {
		let n = e[t], s, c, l = -1, u = 0;
		for (; u < n.length && (o.lastIndex = u, c = o.exec(n), c !== null);) u = o.lastIndex, o === O ? c[1] === "!--" ? o = k : c[1] === void 0 ? c[2] === void 0 ? c[3] !== void 0 && (o = j) : (de.test(c[2]) && (i = RegExp("</" + c[2], "g")), o = j) : o = A : o === j ? c[0] === ">" ? (o = i ?? O, l = -1) : c[1] === void 0 ? l = -2 : (l = o.lastIndex - c[2].length, s = c[1], o = c[3] === void 0 ? j : c[3] === "\"" ? ue : M) : o === ue || o === M ? o = j : o === k || o === A ? o = O : (o = j, i = void 0);
		let d = o === j && e[t + 1].startsWith("/>") ? " " : "";
		a += o === O ? n + ce : l >= 0 ? (r.push(s), n.slice(0, l) + x + n.slice(l) + S + d) : n + S + (l === -2 ? t : d);
	}
	return [R(e, a + (e[n] || "<?>") + (t === 2 ? "</svg>" : t === 3 ? "</math>" : "")), r];
}, z = class e {
	constructor({ strings: t, _$litType$: n }, r) {
		let i;
		this.parts = [];
		let a = 0, o = 0, s = t.length - 1, c = this.parts, [l, u] = fe(t, n);
		if (this.el = e.createElement(l, r), L.currentNode = this.el.content, n === 2 || n === 3) {
			let e = this.el.content.firstChild;
			e.replaceWith(...e.childNodes);
		}
		for (; (i = L.nextNode()) !== null && c.length < s;) {
			if (i.nodeType === 1) {
				if (i.hasAttributes()) for (let e of i.getAttributeNames()) if (e.endsWith(x)) {
					let t = u[o++], n = i.getAttribute(e).split(S), r = /([.?@])?(.*)/.exec(t);
					c.push({
						type: 1,
						index: a,
						name: r[2],
						strings: n,
						ctor: r[1] === "." ? me : r[1] === "?" ? he : r[1] === "@" ? ge : H
					}), i.removeAttribute(e);
				} else e.startsWith(S) && (c.push({
					type: 6,
					index: a
				}), i.removeAttribute(e));
				if (de.test(i.tagName)) {
					let e = i.textContent.split(S), t = e.length - 1;
					if (t > 0) {
						i.textContent = y ? y.emptyScript : "";
						for (let n = 0; n < t; n++) i.append(e[n], w()), L.nextNode(), c.push({
							type: 2,
							index: ++a
						});
						i.append(e[t], w());
					}
				}
			} else if (i.nodeType === 8) {
				if (i.data === se) c.push({
					type: 2,
					index: a
				});
				else {
					let e = -1;
					for (; (e = i.data.indexOf(S, e + 1)) !== -1;) c.push({
						type: 7,
						index: a
					}), e += S.length - 1;
				}
			}
			a++;
		}
	}
	static createElement(e, t) {
		let n = C.createElement("template");
		return n.innerHTML = e, n;
	}
};
function B(e, t, n = e, r) {
	if (t === P) return t;
	let i = r === void 0 ? n._$Cl : n._$Co?.[r], a = T(t) ? void 0 : t._$litDirective$;
	return i?.constructor !== a && (i?._$AO?.(!1), a === void 0 ? i = void 0 : (i = new a(e), i._$AT(e, n, r)), r === void 0 ? n._$Cl = i : (n._$Co ??= [])[r] = i), i !== void 0 && (t = B(e, i._$AS(e, t.values), i, r)), t;
}
var pe = class {
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
		let { el: { content: t }, parts: n } = this._$AD, r = (e?.creationScope ?? C).importNode(t, !0);
		L.currentNode = r;
		let i = L.nextNode(), a = 0, o = 0, s = n[0];
		for (; s !== void 0;) {
			if (a === s.index) {
				let t;
				s.type === 2 ? t = new V(i, i.nextSibling, this, e) : s.type === 1 ? t = new s.ctor(i, s.name, s.strings, this, e) : s.type === 6 && (t = new _e(i, this, e)), this._$AV.push(t), s = n[++o];
			}
			a !== s?.index && (i = L.nextNode(), a++);
		}
		return L.currentNode = C, r;
	}
	p(e) {
		let t = 0;
		for (let n of this._$AV) n !== void 0 && (n.strings === void 0 ? n._$AI(e[t]) : (n._$AI(e, n, t), t += n.strings.length - 2)), t++;
	}
}, V = class e {
	get _$AU() {
		return this._$AM?._$AU ?? this._$Cv;
	}
	constructor(e, t, n, r) {
		this.type = 2, this._$AH = F, this._$AN = void 0, this._$AA = e, this._$AB = t, this._$AM = n, this.options = r, this._$Cv = r?.isConnected ?? !0;
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
		e = B(this, e, t), T(e) ? e === F || e == null || e === "" ? (this._$AH !== F && this._$AR(), this._$AH = F) : e !== this._$AH && e !== P && this._(e) : e._$litType$ === void 0 ? e.nodeType === void 0 ? le(e) ? this.k(e) : this._(e) : this.T(e) : this.$(e);
	}
	O(e) {
		return this._$AA.parentNode.insertBefore(e, this._$AB);
	}
	T(e) {
		this._$AH !== e && (this._$AR(), this._$AH = this.O(e));
	}
	_(e) {
		this._$AH !== F && T(this._$AH) ? this._$AA.nextSibling.data = e : this.T(C.createTextNode(e)), this._$AH = e;
	}
	$(e) {
		let { values: t, _$litType$: n } = e, r = typeof n == "number" ? this._$AC(e) : (n.el === void 0 && (n.el = z.createElement(R(n.h, n.h[0]), this.options)), n);
		if (this._$AH?._$AD === r) this._$AH.p(t);
		else {
			let e = new pe(r, this), n = e.u(this.options);
			e.p(t), this.T(n), this._$AH = e;
		}
	}
	_$AC(e) {
		let t = I.get(e.strings);
		return t === void 0 && I.set(e.strings, t = new z(e)), t;
	}
	k(t) {
		E(this._$AH) || (this._$AH = [], this._$AR());
		let n = this._$AH, r, i = 0;
		for (let a of t) i === n.length ? n.push(r = new e(this.O(w()), this.O(w()), this, this.options)) : r = n[i], r._$AI(a), i++;
		i < n.length && (this._$AR(r && r._$AB.nextSibling, i), n.length = i);
	}
	_$AR(e = this._$AA.nextSibling, t) {
		for (this._$AP?.(!1, !0, t); e !== this._$AB;) {
			let t = v(e).nextSibling;
			v(e).remove(), e = t;
		}
	}
	setConnected(e) {
		this._$AM === void 0 && (this._$Cv = e, this._$AP?.(e));
	}
}, H = class {
	get tagName() {
		return this.element.tagName;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	constructor(e, t, n, r, i) {
		this.type = 1, this._$AH = F, this._$AN = void 0, this.element = e, this.name = t, this._$AM = r, this.options = i, n.length > 2 || n[0] !== "" || n[1] !== "" ? (this._$AH = Array(n.length - 1).fill(/* @__PURE__ */ new String()), this.strings = n) : this._$AH = F;
	}
	_$AI(e, t = this, n, r) {
		let i = this.strings, a = !1;
		if (i === void 0) e = B(this, e, t, 0), a = !T(e) || e !== this._$AH && e !== P, a && (this._$AH = e);
		else {
			let r = e, o, s;
			for (e = i[0], o = 0; o < i.length - 1; o++) s = B(this, r[n + o], t, o), s === P && (s = this._$AH[o]), a ||= !T(s) || s !== this._$AH[o], s === F ? e = F : e !== F && (e += (s ?? "") + i[o + 1]), this._$AH[o] = s;
		}
		a && !r && this.j(e);
	}
	j(e) {
		e === F ? this.element.removeAttribute(this.name) : this.element.setAttribute(this.name, e ?? "");
	}
}, me = class extends H {
	constructor() {
		super(...arguments), this.type = 3;
	}
	j(e) {
		this.element[this.name] = e === F ? void 0 : e;
	}
}, he = class extends H {
	constructor() {
		super(...arguments), this.type = 4;
	}
	j(e) {
		this.element.toggleAttribute(this.name, !!e && e !== F);
	}
}, ge = class extends H {
	constructor(e, t, n, r, i) {
		super(e, t, n, r, i), this.type = 5;
	}
	_$AI(e, t = this) {
		if ((e = B(this, e, t, 0) ?? F) === P) return;
		let n = this._$AH, r = e === F && n !== F || e.capture !== n.capture || e.once !== n.once || e.passive !== n.passive, i = e !== F && (n === F || r);
		r && this.element.removeEventListener(this.name, this, n), i && this.element.addEventListener(this.name, this, e), this._$AH = e;
	}
	handleEvent(e) {
		typeof this._$AH == "function" ? this._$AH.call(this.options?.host ?? this.element, e) : this._$AH.handleEvent(e);
	}
}, _e = class {
	constructor(e, t, n) {
		this.element = e, this.type = 6, this._$AN = void 0, this._$AM = t, this.options = n;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	_$AI(e) {
		B(this, e);
	}
}, ve = _.litHtmlPolyfillSupport;
ve?.(z, V), (_.litHtmlVersions ??= []).push("3.3.3");
var ye = (e, t, n) => {
	let r = n?.renderBefore ?? t, i = r._$litPart$;
	if (i === void 0) {
		let e = n?.renderBefore ?? null;
		r._$litPart$ = i = new V(t.insertBefore(w(), e), e, void 0, n ?? {});
	}
	return i._$AI(e), i;
}, U = globalThis, W = class extends g {
	constructor() {
		super(...arguments), this.renderOptions = { host: this }, this._$Do = void 0;
	}
	createRenderRoot() {
		let e = super.createRenderRoot();
		return this.renderOptions.renderBefore ??= e.firstChild, e;
	}
	update(e) {
		let t = this.render();
		this.hasUpdated || (this.renderOptions.isConnected = this.isConnected), super.update(e), this._$Do = ye(t, this.renderRoot, this.renderOptions);
	}
	connectedCallback() {
		super.connectedCallback(), this._$Do?.setConnected(!0);
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this._$Do?.setConnected(!1);
	}
	render() {
		return P;
	}
};
W._$litElement$ = !0, W.finalized = !0, U.litElementHydrateSupport?.({ LitElement: W });
var be = U.litElementPolyfillSupport;
be?.({ LitElement: W }), (U.litElementVersions ??= []).push("4.2.2");
var xe = {
	attribute: !0,
	type: String,
	converter: m,
	reflect: !1,
	hasChanged: h
}, Se = (e = xe, t, n) => {
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
function G(e) {
	return (t, n) => typeof n == "object" ? Se(e, t, n) : ((e, t, n) => {
		let r = t.hasOwnProperty(n);
		return t.constructor.createProperty(n, e), r ? Object.getOwnPropertyDescriptor(t, n) : void 0;
	})(e, t, n);
}
function K(e) {
	return G({
		...e,
		state: !0,
		attribute: !1
	});
}
var q = class extends Error {
	constructor(e, t, n) {
		super(t), this.code = e, this.details = n;
	}
}, Ce = 200, we = 216e5, Te = /* @__PURE__ */ new Map();
function Ee(e) {
	return e.callWS({ type: "face/servers" });
}
function J(e, t = "") {
	if (typeof e == "string") {
		if (t !== "picture") return e;
		let n = e.split("?")[0] ?? e, r = Te.get(n);
		return r !== void 0 && Date.now() - r.since < we ? r.path : (Te.set(n, {
			path: e,
			since: Date.now()
		}), e);
	}
	return Array.isArray(e) ? e.map((e) => J(e)) : typeof e != "object" || !e ? e : Object.fromEntries(Object.entries(e).map(([e, t]) => [e, J(t, e)]));
}
var De = class {
	constructor(e, t) {
		this.hass = e, this.entryId = t;
	}
	async ask(e, t = {}) {
		return J(await this.hass.callWS({
			type: `face/${e}`,
			entry_id: this.entryId,
			...t
		}));
	}
	async all(e, t = {}) {
		let n = [], r;
		do {
			let i = r == null ? {} : { cursor: r }, a = await this.ask(e, {
				limit: Ce,
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
		return J(await this.post(`/api/face/sit/${this.entryId}?${n.toString()}`, t));
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
		if (!n.ok) throw new q(String(n.status), n.statusText, {});
		let r = await n.json();
		if (r.success) return r.result;
		throw new q(r.error.code, r.error.message, r.error.details ?? {});
	}
};
function Oe(e) {
	return (t) => {
		customElements.get(e) === void 0 && customElements.define(e, t);
	};
}
var ke = "M12,4A4,4 0 0,1 16,8A4,4 0 0,1 12,12A4,4 0 0,1 8,8A4,4 0 0,1 12,4M12,14C16.42,14 20,15.79 20,18V20H4V18C4,15.79 7.58,14 12,14Z";
function Ae(e) {
	return N`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${e}></path></svg>`;
}
function Y(e, t, n, r) {
	var i = arguments.length, a = i < 3 ? t : r === null ? r = Object.getOwnPropertyDescriptor(t, n) : r, o;
	if (typeof Reflect == "object" && typeof Reflect.decorate == "function") a = Reflect.decorate(e, t, n, r);
	else for (var s = e.length - 1; s >= 0; s--) (o = e[s]) && (a = (i < 3 ? o(a) : i > 3 ? o(t, n, a) : o(t, n)) || a);
	return i > 3 && a && Object.defineProperty(t, n, a), a;
}
var X = class extends W {
	constructor(...e) {
		super(...e), this.label = "", this.whole = !1, this.broken = !1;
	}
	static {
		this.styles = o`
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
		return !this.src || this.broken ? Ae(ke) : N`<img src=${this.src} alt=${this.label} loading="lazy" decoding="async" @error=${() => this.broken = !0} />`;
	}
};
Y([G()], X.prototype, "src", void 0), Y([G()], X.prototype, "label", void 0), Y([G({ type: Boolean })], X.prototype, "whole", void 0), Y([K()], X.prototype, "broken", void 0), X = Y([Oe("face-picture")], X);
function je(e) {
	history.pushState(null, "", e), window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: !1 } }));
}
var Me = o`
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
`, Ne = {
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
}, Pe = {
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
}, Z = {
	de: Ne,
	en: Pe
}, Q = {
	minute: 60,
	hour: 3600,
	day: 86400
}, Fe = .6, Ie = .35, Le = class {
	constructor(e) {
		this.hass = e;
		let t = e.language.split("-")[0] ?? "en";
		this.words = Z[t] ?? Pe, this.language = Z[t] === void 0 ? "en" : e.language;
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
		if (-t >= Q.day) return this.format(e, {
			dateStyle: "medium",
			timeStyle: "short"
		});
		let n = new Intl.RelativeTimeFormat(this.language, { numeric: "auto" });
		return -t >= Q.hour ? n.format(Math.round(t / Q.hour), "hour") : n.format(Math.min(0, Math.round(t / Q.minute)), "minute");
	}
	day(e) {
		let t = this.format(e, { dateStyle: "full" }), n = (e) => this.format((/* @__PURE__ */ new Date(Date.now() - e * Q.day * 1e3)).toISOString(), { dateStyle: "full" });
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
		return `${this.percent(e.overall)} (${e.overall >= Fe ? t : e.overall >= Ie ? n : r})`;
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
		let t = this.words, { code: n, message: r, translation_key: i, translation_placeholders: a } = e, o = (e instanceof q ? e.details.person?.name : a?.person) ?? "", s = i ?? n ?? "", c = t[`refused_${s === "duplicate" && o !== "" ? "somebody_elses" : s}`];
		return typeof c == "string" ? this.fill(c, { person: o }) : a?.reason ?? r ?? String(e);
	}
}, Re = 700, ze = 5e3, Be = "/faces", $ = class extends W {
	constructor(...e) {
		super(...e), this.nothingThere = !1, this.begun = !1;
	}
	static {
		this.styles = [Me, o`
      .card {
        height: 100%;
        box-sizing: border-box;
        padding: 16px;
        gap: 12px;
        box-shadow: var(--ha-card-box-shadow, none);
      }
      h2 {
        margin: 0;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: flex;
        flex-wrap: wrap;
        gap: 12px;
      }
      a {
        color: inherit;
        text-decoration: none;
        display: block;
        width: 72px;
        text-align: center;
        font-size: 0.875rem;
        overflow-wrap: anywhere;
      }
      face-picture {
        border-radius: 50%;
        width: 64px;
        margin: 0 auto 4px;
      }
      p {
        margin: 0;
      }
    `];
	}
	static getStubConfig() {
		return {};
	}
	static getConfigForm() {
		return { schema: [{
			name: "title",
			selector: { text: {} }
		}, {
			name: "entry_id",
			selector: { config_entry: { integration: "face" } }
		}] };
	}
	setConfig(e) {
		this.config = e, this.faces = void 0, this.begun && this.begin();
	}
	getCardSize() {
		return 3;
	}
	getGridOptions() {
		return {
			columns: 12,
			min_columns: 4,
			min_rows: 2
		};
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this.begun = !1, clearTimeout(this.settling), this.settling = void 0, this.stopFollowing?.().catch(() => void 0), this.stopFollowing = void 0;
	}
	connectedCallback() {
		super.connectedCallback(), this.hass && this.begin();
	}
	willUpdate(e) {
		e.has("hass") && !this.begun && this.begin();
	}
	shouldUpdate(e) {
		return e.size > 1 || !e.has("hass") || e.get("hass")?.language !== this.hass.language;
	}
	async begin() {
		this.begun = !0;
		try {
			let e = (await Ee(this.hass)).find((e) => e.entry_id === (this.config?.entry_id ?? e.entry_id));
			if (this.nothingThere = e === void 0, e === void 0) return;
			let t = new De(this.hass, e.entry_id), n = async () => {
				this.faces = await t.state();
			};
			await this.stopFollowing?.().catch(() => void 0), this.stopFollowing = await t.follow(() => {
				this.settling ??= setTimeout(() => {
					this.settling = void 0, n().catch(() => void 0);
				}, Re);
			}), await n();
		} catch {
			this.settling ??= setTimeout(() => {
				this.settling = void 0, this.isConnected && this.begin();
			}, ze);
		}
	}
	render() {
		let e = new Le(this.hass), { words: t } = e;
		return N`<div class="card">
      <h2>${this.config?.title ?? t.title}</h2>
      ${this.faces === void 0 ? N`<p class="faint">${this.nothingThere ? t.no_server : t.loading}</p>` : this.people(e, this.faces)}
    </div>`;
	}
	people(e, { people: t, cameras: n }) {
		let { words: r } = e, i = t.filter((e) => e.presence.home), [a] = t.filter((e) => e.presence.last_seen != null).sort((e, t) => Date.parse(t.presence.last_seen ?? "") - Date.parse(e.presence.last_seen ?? "")), o = n.find((e) => e.camera === a?.presence.camera)?.name ?? a?.presence.area ?? "";
		return N`
      ${i.length === 0 ? N`<p>${r.card_nobody}</p>` : N`<ul>
            ${i.map((e) => this.person(e))}
          </ul>`}
      ${a === void 0 ? F : N`<p class="faint">
            ${e.fill(r.card_last, {
			name: a.name,
			camera: o,
			when: e.ago(a.presence.last_seen ?? "")
		})}
          </p>`}
    `;
	}
	person(e) {
		let t = `${Be}/people/${e.id}`;
		return N`<li>
      <a href=${t} @click=${(e) => {
			e.preventDefault(), je(t);
		}}><face-picture .src=${e.picture}></face-picture>${e.name}</a>
    </li>`;
	}
};
Y([G({ attribute: !1 })], $.prototype, "hass", void 0), Y([K()], $.prototype, "config", void 0), Y([K()], $.prototype, "faces", void 0), Y([K()], $.prototype, "nothingThere", void 0), $ = Y([Oe("face-card")], $);
var Ve = window.customCards ??= [];
if (!Ve.some((e) => e.type === "face-card")) {
	let { words: e } = new Le({
		language: navigator.language,
		locale: {
			language: navigator.language,
			time_format: "language"
		},
		config: { time_zone: "UTC" }
	});
	Ve.push({
		type: "face-card",
		name: e.card_name,
		description: e.card_description,
		preview: !0
	});
}
export { $ as FaceCard };
