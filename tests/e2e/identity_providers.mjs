// The identity providers of npm that sign-in is tested against, in front of them a server that may bend their answers.
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { spawn } from 'node:child_process';
import { until } from './support.mjs';

const folder = fileURLToPath(new URL('providers', import.meta.url));
const require = createRequire(join(folder, 'package.json'));
export const missing = existsSync(join(folder, 'node_modules', 'oidc-provider'))
  ? false
  : 'SKIPPED: the npm packages oidc-provider and cognito-local are not there (npm ci in tests/e2e/providers)';

const base64url = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const listen = (server, port = 0) => new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server.address().port)));

export class SigningKey {
  constructor(kid = randomUUID()) {
    this.kid = kid;
    this.privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  }
  get jwk() { return { ...this.privateKey.export({ format: 'jwk' }), kid: this.kid, use: 'sig', alg: 'RS256' }; }
  sign(claims, header = { alg: 'RS256', typ: 'JWT', kid: this.kid }) {
    const text = `${base64url(header)}.${base64url(claims)}`;
    return `${text}.${header.alg === 'none' ? '' : sign('sha256', Buffer.from(text), this.privateKey).toString('base64url')}`;
  }
}

// An OpenID provider on a free port. `redirectUris` may be set until the first request; `useKey` changes its key;
// `bend(claims, key)` gives another ID token than the right one; `answerTokens(response)` answers the token request.
export async function startOidcProvider(t, { clientId = 'shop', clientSecret = 'shop-secret', users, claimsInToken = true }) {
  const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')).href);
  const self = { clientId, clientSecret, redirectUris: [], logoutUris: [], bend: null, intercept: null, asked: [] };
  let handler;
  const server = createServer((request, response) => {
    self.asked.push(new URL(request.url, self.issuer).pathname);
    if (self.intercept?.(request, response)) return;
    if (!handler) self.useKey(new SigningKey());
    const isToken = request.url === '/token' && self.bend;
    if (isToken) {
      const end = response.end.bind(response);
      response.end = (body, ...rest) => {
        const answer = JSON.parse(body);
        if (answer.id_token) {
          const claims = JSON.parse(Buffer.from(answer.id_token.split('.')[1], 'base64url'));
          answer.id_token = self.bend(claims, self.key);
          body = JSON.stringify(answer);
          response.removeHeader('content-length');
        }
        return end(body, ...rest);
      };
    }
    handler(request, response);
  });
  self.issuer = `http://127.0.0.1:${await listen(server)}`;
  self.useKey = (key) => {
    self.key = key;
    handler = new Provider(self.issuer, {
      clients: [{
        client_id: clientId, client_secret: clientSecret, redirect_uris: self.redirectUris,
        post_logout_redirect_uris: self.logoutUris, response_types: ['code'], grant_types: ['authorization_code'],
      }],
      jwks: { keys: [key.jwk] },
      pkce: { required: () => true, methods: ['S256'] },
      scopes: ['openid', 'email', 'profile'],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name', 'groups'] },
      conformIdTokenClaims: !claimsInToken,
      findAccount: (context, id) => users[id] && { accountId: id, claims: () => ({ sub: id, ...users[id] }) },
      features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
      cookies: { keys: ['for tests'] },
      ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, AuthorizationCode: 60, IdToken: 600 },
    }).callback();
  };
  t.after(() => { server.closeAllConnections(); server.close(); });
  return self;
}

// An Amazon Cognito of this machine, with one pool, client and user: { issuer, domain, userPoolId, clientId }. Its
// discovery document names a fixed port; the server in front of it corrects that.
export async function startCognito(t, workFolder, { callbackUrl, email, password, groups }) {
  const inner = createServer();
  const port = await listen(inner);
  inner.close();
  const front = createServer((request, response) => {
    const forward = httpRequest({ host: '127.0.0.1', port, path: request.url, method: request.method, headers: request.headers }, (answer) => {
      const isDiscovery = request.url.endsWith('/openid-configuration');
      if (!isDiscovery) {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
        return;
      }
      let text = '';
      answer.on('data', (part) => { text += part; });
      answer.on('end', () => response.end(text.replaceAll('http://localhost:9229', origin)));
    });
    forward.on('error', () => { response.writeHead(502); response.end(); });
    request.pipe(forward);
  });
  const origin = `http://127.0.0.1:${await listen(front)}`;
  mkdirSync(join(workFolder, '.cognito'), { recursive: true });
  writeFileSync(join(workFolder, '.cognito', 'config.json'), JSON.stringify({
    TokenConfig: { IssuerDomain: origin }, ServerConfig: { port, hostname: '127.0.0.1' },
  }));
  const child = spawn(process.execPath, [require.resolve('cognito-local/lib/bin/start.js')], { cwd: workFolder, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  t.after(async () => { front.closeAllConnections(); front.close(); child.kill('SIGTERM'); await ended; });

  const call = async (action, body) => {
    const answer = await fetch(origin, {
      method: 'POST', body: JSON.stringify(body),
      headers: { 'x-amz-target': `AWSCognitoIdentityProviderService.${action}`, 'content-type': 'application/x-amz-json-1.1' },
    });
    const result = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(`${action}: ${answer.status} ${JSON.stringify(result)}`);
    return result;
  };
  const isUp = () => fetch(`${origin}/health`).then((answer) => answer.ok, () => false);
  if (!await until(isUp)) throw new Error('cognito-local does not start');
  const { UserPool } = await call('CreateUserPool', { PoolName: 'shop', UsernameAttributes: ['email'] });
  const { UserPoolClient } = await call('CreateUserPoolClient', {
    UserPoolId: UserPool.Id, ClientName: 'shop', CallbackURLs: [callbackUrl], AllowedOAuthFlows: ['code'], AllowedOAuthScopes: ['openid', 'email'],
  });
  await call('AdminCreateUser', {
    UserPoolId: UserPool.Id, Username: email, MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'email', Value: email }, { Name: 'email_verified', Value: 'true' }],
  });
  await call('AdminSetUserPassword', { UserPoolId: UserPool.Id, Username: email, Password: password, Permanent: true });
  for (const group of groups) {
    await call('CreateGroup', { UserPoolId: UserPool.Id, GroupName: group });
    await call('AdminAddUserToGroup', { UserPoolId: UserPool.Id, GroupName: group, Username: email });
  }
  return { issuer: `${origin}/${UserPool.Id}`, domain: origin, userPoolId: UserPool.Id, clientId: UserPoolClient.ClientId };
}
