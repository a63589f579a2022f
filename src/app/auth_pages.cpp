#include "app/auth_pages.h"

#include <array>

#include <fmt/format.h>

#include "app/assets.h"
#include "base/base64_url.h"
#include "base/text.h"

namespace qodly::app {

namespace {

constexpr std::string_view passwordHint =
    "At least 8 characters with an upper-case and a lower-case letter, a digit and a special character.";

std::string hidden(std::string_view name, std::string_view value) {
  return fmt::format(R"(<input type="hidden" name="{}" value="{}">)", name, escapeHtml(value));
}

std::string newPasswordField() {
  return fmt::format(
      R"(<label>New password<input type="password" name="password" autocomplete="new-password" required minlength="8" )"
      R"(maxlength="256" aria-describedby="policy"></label><p class="hint" id="policy">{}</p>)",
      passwordHint);
}

std::string codeField(std::string_view label) {
  return fmt::format(R"(<label>{}<input name="code" inputmode="text" autocomplete="one-time-code" required )"
                     R"(maxlength="40" spellcheck="false"></label>)",
                     label);
}

// A form that is a button.
std::string action(std::string_view path, std::string_view text) {
  return fmt::format(R"(<form method="post" action="{}"><button type="submit" class="plain">{}</button></form>)", path,
                     text);
}

}  // namespace

std::string renderAuthPage(const AuthPage& page, std::string_view application) {
  const Asset* asset = findAsset("/$lib/auth/page.html");
  const std::string_view form = asset == nullptr ? std::string_view() : asset->file.bytes;
  const std::string message = page.message.empty()
                                  ? std::string()
                                  : fmt::format(R"(<p class="message{}" role="{}">{}</p>)", page.bad ? " bad" : "",
                                                page.bad ? "alert" : "status", escapeHtml(page.message));
  const std::array<std::pair<std::string_view, std::string>, 5> parts = {{{"{{heading}}", escapeHtml(page.heading)},
                                                                          {"{{width}}", page.wide ? "wide" : "narrow"},
                                                                          {"{{application}}", escapeHtml(application)},
                                                                          {"{{message}}", message},
                                                                          {"{{content}}", page.content}}};
  // One pass over the form, so that nothing put in is looked at again.
  std::string out;
  for (std::size_t at = 0; at < form.size();) {
    const std::size_t mark = form.find("{{", at);
    out.append(form.substr(at, mark - at));
    if (mark == std::string_view::npos) break;
    at = mark + 2;
    for (const auto& [name, text] : parts) {
      if (!form.substr(mark).starts_with(name)) continue;
      out.append(text);
      at = mark + name.size();
    }
  }
  return out;
}

std::string loginForm(std::string_view email, std::string_view next,
                      const std::vector<std::shared_ptr<security::Provider>>& providers) {
  std::string html = fmt::format(
      R"(<form method="post" action="/auth/login">{}<label>E-mail<input name="email" value="{}" )"
      R"(autocomplete="username webauthn" required maxlength="256" autocapitalize="none" spellcheck="false"{}></label>)"
      R"(<label>Password<input type="password" name="password" autocomplete="current-password" required )"
      R"(maxlength="256"{}></label><button type="submit">Log in</button></form><div class="others">)",
      hidden("next", next), escapeHtml(email), email.empty() ? " autofocus" : "", email.empty() ? "" : " autofocus");
  html += fmt::format(R"(<button type="button" class="plain" data-passkey="use" data-next="{}" hidden>)"
                      R"(Log in with a passkey</button>)",
                      escapeHtml(next));
  for (const auto& provider : providers) {
    html += fmt::format(R"(<a class="button" href="/auth/start/{}?next={}">Log in with {}</a>)", provider->name(),
                        percentEncode(next), escapeHtml(provider->label()));
  }
  return html + R"(</div><p class="more"><a href="/auth/reset">Forgot your password?</a></p>)";
}

std::string factorForm(std::string_view ticket, std::string_view next, const security::User& user) {
  std::string html;
  if (!user.totp.empty() || !user.recoveryCodes.empty()) {
    const std::string_view hint = user.totp.empty() ? "One of your recovery codes, when the passkey is not at hand."
                                                    : "Of your authenticator app, or one of your recovery codes.";
    html += fmt::format(R"(<form method="post" action="/auth/factor">{}{}{}<p class="hint">{}</p>)"
                        R"(<button type="submit">Go on</button></form>)",
                        hidden("ticket", ticket), hidden("next", next),
                        codeField(user.totp.empty() ? "Recovery code" : "Code"), hint);
  }
  if (!user.passkeys.empty()) {
    html += fmt::format(R"(<div class="others"><button type="button" class="plain" data-passkey="use" data-next="{}" )"
                        R"(data-ticket="{}" hidden>Use a passkey</button></div>)",
                        escapeHtml(next), escapeHtml(ticket));
  }
  return html + R"(<p class="more"><a href="/auth/login">Log in as somebody else</a></p>)";
}

std::string enrolForm(const security::Accounts::Enrolment& enrolment, std::string_view ticket, std::string_view next) {
  return fmt::format(
      R"(<form method="post" action="/auth/totp">{}{}{}<div class="code" data-qr="{}" )"
      R"(data-label="QR code of the key below"></div><p class="hint">Add this account to an authenticator app: scan the )"
      R"(code, open <a href="{}">this link</a> on the device of the app, or type the key <code>{}</code>. Then type the )"
      R"(code that the app shows.</p>{}<button type="submit">Turn it on</button></form>)",
      hidden("setup", enrolment.setup), hidden("ticket", ticket), hidden("next", next), escapeHtml(enrolment.uri),
      escapeHtml(enrolment.uri), escapeHtml(enrolment.secret), codeField("Code"));
}

std::string recoveryCodesList(const std::vector<std::string>& codes, std::string_view next) {
  std::string html =
      R"(<p>Keep these recovery codes in a safe place. Each lets you in once when the app is not at hand; they are not )"
      R"(shown again.</p><ul class="codes">)";
  for (const std::string& code : codes) html += "<li>" + escapeHtml(code) + "</li>";
  return html +
         fmt::format(R"(</ul><div class="others"><a class="button" href="{}">Go on</a></div>)", escapeHtml(next));
}

std::string resetRequestForm() {
  return R"(<form method="post" action="/auth/reset"><p class="hint">You get a mail with a link to choose a new )"
         R"(password.</p><label>E-mail<input name="email" type="email" autocomplete="username" required )"
         R"(maxlength="256" autofocus></label><button type="submit">Send the link</button></form>)"
         R"(<p class="more"><a href="/auth/login">Back to the login</a></p>)";
}

std::string choosePasswordForm(std::string_view action, std::string_view token, std::string_view email) {
  return fmt::format(
      R"(<form method="post" action="{}">{}<input type="hidden" name="username" autocomplete="username" value="{}">)"
      R"(<p>For {}</p>{}<button type="submit">Set the password</button></form>)",
      action, hidden("token", token), escapeHtml(email), escapeHtml(email), newPasswordField());
}

std::string setupForm(std::string_view token, std::string_view email) {
  return fmt::format(
      R"(<form method="post" action="/auth/setup">{}<p class="hint">You become the administrator of this server: you )"
      R"(can use the application with the role Admin, and let others in.</p><label>E-mail<input name="email" )"
      R"(type="email" autocomplete="username" required maxlength="254" value="{}" autofocus></label>{})"
      R"(<button type="submit">Create the administrator</button></form>)",
      hidden("token", token), escapeHtml(email), newPasswordField());
}

std::string accountPage(const security::User& user) {
  std::string html = fmt::format(
      R"(<p>{}</p><h2>Password</h2><form method="post" action="/auth/password">)"
      R"(<input type="hidden" name="username" autocomplete="username" value="{}">)"
      R"(<label>Old password<input type="password" name="old" autocomplete="current-password" required )"
      R"(maxlength="256"></label>{}<label>New password again<input type="password" name="confirm" )"
      R"(autocomplete="new-password" required maxlength="256"></label><button type="submit">Change it</button></form>)",
      escapeHtml(user.email), escapeHtml(user.email), newPasswordField());
  html += "<h2>Second factor</h2>";
  html += fmt::format(
      R"(<p class="hint">{} Passkeys: {}.{}</p>)",
      user.totp.empty() ? "No authenticator app is set up." : "An authenticator app is set up.", user.passkeys.size(),
      user.hasSecondFactor() ? fmt::format(" Recovery codes left: {}.", user.recoveryCodes.size()) : "");
  html += fmt::format(R"(<div class="others"><a class="button" href="/auth/totp">{}</a>)",
                      user.totp.empty() ? "Set up an authenticator app" : "Set up another app");
  if (!user.totp.empty()) html += action("/auth/totp/remove", "Turn the authenticator app off");
  html += R"(<a class="button" href="/auth/passkeys">Passkeys</a>)";
  if (user.hasSecondFactor()) html += action("/auth/recovery", "Make new recovery codes");
  html += "</div>";
  if (user.instanceAdmin) {
    html +=
        R"(<h2>Administration</h2><div class="others"><a class="button" href="/auth/decisions">Refused requests</a>)"
        R"(<a class="button" href="/auth/activity">Activity</a><a class="button" href="/auth/sessions">Sessions</a></div>)";
  }
  return html + "<h2>Log out</h2>" + action("/auth/logout", "Log out");
}

std::string passkeysPage(const security::User& user) {
  std::string html = R"(<ul class="keys">)";
  for (const security::Passkey& passkey : user.passkeys) {
    const std::string id = hidden("id", toBase64Url(passkey.id));
    const std::string used = passkey.lastUsedAt.empty() ? "never used" : "used " + passkey.lastUsedAt.substr(0, 10);
    html += fmt::format(
        R"(<li><form method="post" action="/auth/passkeys/rename">{}<label>Name<input name="name" value="{}" required )"
        R"(maxlength="64"></label><p class="hint">Added {}, {}.</p><button type="submit" class="plain">Save the )"
        R"(name</button></form><form method="post" action="/auth/passkeys/remove">{}<button type="submit" )"
        R"(class="plain" aria-label="Remove {}">Remove</button></form></li>)",
        id, escapeHtml(passkey.name), escapeHtml(passkey.createdAt.substr(0, 10)), used, id, escapeHtml(passkey.name));
  }
  html += "</ul>";
  if (user.passkeys.empty()) html += R"(<p class="hint">There is no passkey yet.</p>)";
  html += R"(<label>Name of a new passkey<input id="passkey-name" maxlength="64"></label><div class="others">)"
          R"(<button type="button" class="plain" data-passkey="make" data-next="/auth/passkeys" hidden>Add a passkey)"
          R"(</button></div>)";
  if (!user.passkeys.empty() && user.recoveryCodes.empty()) {
    html += R"(<p class="hint">There are no recovery codes: without them nobody but an administrator lets you in when )"
            R"(the passkey is lost.</p><div class="others">)" +
            action("/auth/recovery", "Make recovery codes") + "</div>";
  }
  return html + R"(<p class="more"><a href="/auth/account">Back to your account</a></p>)";
}

}  // namespace qodly::app
