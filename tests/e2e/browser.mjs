// As much of a browser as signing in needs: cookies by origin, redirections, forms.
export class Browser {
  #cookies = new Map(); // origin -> Map(name -> value)

  cookies(url) {
    const { origin } = new URL(url);
    if (!this.#cookies.has(origin)) this.#cookies.set(origin, new Map());
    return this.#cookies.get(origin);
  }

  // One request, no redirection followed.
  async ask(url, init = {}) {
    const jar = this.cookies(url);
    const headers = new Headers(init.headers);
    if (jar.size > 0) headers.set('Cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    if (!headers.has('Accept')) headers.set('Accept', 'text/html');
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(';').map((part) => part.trim());
      const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      const gone = value === '' || attributes.some((one) => /^max-age=0$/i.test(one) || /^expires=.*1970/i.test(one));
      if (gone) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  // Goes where it is sent until a page comes, or until `stop(url)`: { url, status, text }.
  async go(url, init = {}, stop = () => false) {
    let response = await this.ask(url, init);
    for (let hops = 0; hops < 20 && response.status >= 300 && response.status < 400; ++hops) {
      await response.arrayBuffer();
      url = new URL(response.headers.get('location'), url).href;
      if (stop(url)) return { url, status: 0, text: '' };
      response = await this.ask(url);
    }
    return { url, status: response.status, text: await response.text() };
  }

  // Sends the first form of a page with these values besides its hidden ones.
  submit(page, values, stop) {
    const form = /<form[^>]*>[\s\S]*?<\/form>/i.exec(page.text)?.[0];
    if (!form) throw new Error(`no form in ${page.url}: ${page.status} ${page.text.slice(0, 400)}`);
    const attribute = (tag, name) => new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1];
    const body = new URLSearchParams();
    for (const [tag] of form.matchAll(/<input[^>]*>/gi)) {
      if (/type="hidden"/i.test(tag)) body.set(attribute(tag, 'name'), (attribute(tag, 'value') ?? '').replaceAll('&amp;', '&'));
    }
    for (const [name, value] of Object.entries(values)) body.set(name, value);
    const action = attribute(form.slice(0, form.indexOf('>') + 1), 'action') ?? page.url;
    return this.go(new URL(action.replaceAll('&amp;', '&'), page.url).href, { method: 'POST', body, headers: { Origin: new URL(page.url).origin } }, stop);
  }
}
