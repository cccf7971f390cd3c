package io.whimbrel.server.config;

import static io.whimbrel.server.config.IssuerKeys.*;

import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.server.config.IssuerConfig.Algorithm;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Those who issue tokens: what forbids that, and what they come to where nothing does. */
record Issuers(Settings settings) {

  /** All of them. */
  List<IssuerConfig> all() {
    List<IssuerConfig> all = new ArrayList<>();
    for (String name : settings.names(ISSUERS)) {
      all.add(issuer(name));
    }
    return List.copyOf(all);
  }

  private IssuerConfig issuer(String name) {
    return new IssuerConfig(
        name,
        own(name, ISSUER),
        own(name, AUDIENCE),
        new IssuerConfig.Keys(
            own(name, SECRET),
            own(name, SECRET_FILE),
            own(name, PUBLIC_KEY),
            own(name, JWKS_FILE),
            own(name, JWKS_URL),
            own(name, DISCOVERY),
            own(name, CA)),
        own(name, ALGORITHMS),
        new IssuerConfig.Who(
            own(name, USER_FROM),
            own(name, CLIENT_ID),
            own(name, CLIENT_ID_CLAIM),
            own(name, GROUPS_FROM)),
        new IssuerConfig.Rights(
            own(name, PUBLISH), own(name, SUBSCRIBE), own(name, ACL_CLAIM), own(name, SCOPES)),
        own(name, BOUND),
        own(name, INTROSPECTION_URL)
            .map(
                url ->
                    new IssuerConfig.Introspection(
                        url,
                        own(name, INTROSPECTION_CLIENT),
                        own(name, INTROSPECTION_SECRET),
                        own(name, INTROSPECTION_CACHE) * 1_000)));
  }

  /** What nobody can use. */
  List<ConfigMistake> check(Set<String> broken) {
    List<ConfigMistake> mistakes = new ArrayList<>();
    Map<String, String> known = new HashMap<>();
    for (String name : settings.names(ISSUERS)) {
      if (ISSUERS.of(name).stream().anyMatch(key -> broken.contains(key.path()))) {
        continue;
      }
      IssuerConfig issuer = issuer(name);
      need(name, ISSUER, issuer.issuer().isEmpty(), "what the tokens say in iss", mistakes);
      need(name, AUDIENCE, issuer.audience().isEmpty(), "what the tokens say in aud", mistakes);
      String other = known.putIfAbsent(issuer.issuer(), ISSUERS.path(name, ISSUER));
      if (other != null && !issuer.issuer().isEmpty()) {
        mistakes.add(mistake(name, ISSUER, "found " + issuer.issuer() + ", which is " + other));
      }
      checkKeys(name, issuer, mistakes);
    }
    return mistakes;
  }

  private void checkKeys(String name, IssuerConfig issuer, List<ConfigMistake> mistakes) {
    IssuerConfig.Keys keys = issuer.keys();
    long said =
        List.of(
                !keys.secret().isEmpty(),
                keys.secretFile().isPresent(),
                keys.publicKey().isPresent(),
                keys.jwksFile().isPresent(),
                keys.jwksUrl().isPresent(),
                keys.discovery())
            .stream()
            .filter(yes -> yes)
            .count();
    if (said > 1 || (said == 0 && issuer.introspection().isEmpty())) {
      String problem =
          "needs one of secret-file, secret, public-key, jwks-file, jwks-url and discovery, found "
              + said;
      mistakes.add(mistake(name, ISSUER, problem));
      return;
    }
    for (Algorithm algorithm : issuer.algorithms()) {
      if (algorithm.isOfSecret() != keys.isSecret()) {
        String problem =
            "found "
                + algorithm.text()
                + ", which is made "
                + (keys.isSecret() ? "without" : "with")
                + " a secret"; // else a public key could be taken for one
        mistakes.add(mistake(name, ALGORITHMS, problem));
        return;
      }
    }
    checkSecret(name, issuer, mistakes);
    checkTemplates(name, PUBLISH, issuer.rights().publish(), mistakes);
    checkTemplates(name, SUBSCRIBE, issuer.rights().subscribe(), mistakes);
    if (keys.discovery()) {
      checkUrl(name, ISSUER, issuer.issuer(), mistakes);
    }
    keys.jwksUrl().ifPresent(url -> checkUrl(name, JWKS_URL, url.toString(), mistakes));
    issuer
        .introspection()
        .ifPresent(each -> checkUrl(name, INTROSPECTION_URL, each.url().toString(), mistakes));
    if (issuer.introspection().isPresent() && issuer.introspection().get().client().isEmpty()) {
      mistakes.add(mistake(name, INTROSPECTION_CLIENT, "is not said"));
    }
  }

  /** RFC 7518, 3.2: a secret is as long as what is made with it. */
  private void checkSecret(String name, IssuerConfig issuer, List<ConfigMistake> mistakes) {
    int least =
        issuer.algorithms().stream()
            .filter(Algorithm::isOfSecret)
            .mapToInt(each -> Integer.parseInt(each.name().substring(2)) / 8)
            .max()
            .orElse(32);
    String secret = issuer.keys().secret();
    if (!secret.isEmpty() && secret.getBytes(StandardCharsets.UTF_8).length < least) {
      mistakes.add(mistake(name, SECRET, "is too short, allowed: " + least + " bytes or more"));
    }
  }

  private void checkTemplates(
      String name, ConfigKey<?> key, List<String> templates, List<ConfigMistake> mistakes) {
    for (String template : templates) {
      String filled = template.replaceAll("\\$\\{(user|client|claim\\.[^}]+)}", "x");
      boolean whole = !filled.contains("${");
      try {
        whole &= !TopicFilter.of(filled).isShared();
      } catch (ProtocolErrorException | IllegalArgumentException none) {
        whole = false;
      }
      if (!whole) {
        String allowed =
            ", allowed: a topic filter with ${user}, ${client} and ${claim.NAME} in it";
        mistakes.add(mistake(name, key, "found '" + template + "'" + allowed));
      }
    }
  }

  private void checkUrl(String name, ConfigKey<?> key, String text, List<ConfigMistake> mistakes) {
    String problem;
    try {
      problem = HttpUrl.problem(new URI(text), false);
    } catch (URISyntaxException none) {
      problem = "is no URL";
    }
    if (!problem.isEmpty()) {
      mistakes.add(mistake(name, key, problem));
    }
  }

  private void need(
      String name, ConfigKey<?> key, boolean missing, String what, List<ConfigMistake> mistakes) {
    if (missing) {
      mistakes.add(mistake(name, key, "is not said, allowed: " + what));
    }
  }

  private <T> T own(String name, ConfigKey<T> template) {
    return settings.value(ISSUERS.at(name, template));
  }

  private ConfigMistake mistake(String name, ConfigKey<?> template, String problem) {
    Origin where = settings.origin(ISSUERS.at(name, template));
    for (ConfigKey<?> key : ISSUERS.of(name)) {
      if (where.equals(Origin.DEFAULT)) {
        where = settings.origin(key);
      }
    }
    return new ConfigMistake(where.place(), ISSUERS.path(name, template), problem);
  }

  /** Whether somebody is let in by a token. */
  boolean areAny() {
    return !settings.names(ISSUERS).isEmpty();
  }

  /** What tokens come to. */
  ServerConfig.Tokens tokens() {
    return new ServerConfig.Tokens(
        settings.value(OauthKeys.METHODS),
        settings.value(OauthKeys.LEEWAY),
        settings.value(OauthKeys.TOKEN_BYTES_MAX).intValue(),
        settings.value(OauthKeys.KEYS_MAX_AGE) * 1_000,
        settings.value(OauthKeys.KEYS_OUTAGE) * 1_000,
        settings.value(OauthKeys.KEYS_REFETCH) * 1_000,
        settings.value(OauthKeys.WEB_TIMEOUT),
        all());
  }
}
