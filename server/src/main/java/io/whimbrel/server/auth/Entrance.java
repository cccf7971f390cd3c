package io.whimbrel.server.auth;

import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.config.ServerConfig.CertificateUser;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.token.TokenIssuers;
import io.whimbrel.server.token.Tokens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who is asked on which listener, one after the other; the first that does not pass decides.
 * Immutable; taken on as a whole.
 *
 * @param mechanisms Authentication Methods by listener and name
 * @param asksWho whether anybody has to prove a name anywhere
 */
record Entrance(
    Map<String, List<Step>> chains,
    Map<String, Map<String, Mechanism>> mechanisms,
    boolean asksWho) {

  /** Reads the files the chains need. */
  static Entrance of(
      ServerConfig.Auth auth,
      CertificateUser userFrom,
      PasswordChecks checks,
      Plugins plugins,
      TokenIssuers issuers)
      throws AuthFileException {
    Optional<PasswordFile> passwords = Optional.empty();
    if (auth.passwordFile().isPresent()) { // also where nobody asks it: it has to be right
      passwords = Optional.of(PasswordFile.read(auth.passwordFile().get()));
    }
    Tokens tokens = issuers.of(auth.tokens());
    boolean asks =
        auth.chains().values().stream().flatMap(List::stream).anyMatch(s -> !s.equals("anonymous"));
    Map<String, List<Step>> chains = new HashMap<>();
    Map<String, Map<String, Mechanism>> mechanisms = new HashMap<>();
    for (Map.Entry<String, List<String>> chain : auth.chains().entrySet()) {
      List<Step> steps = new ArrayList<>();
      for (String name : chain.getValue()) {
        switch (name) {
          case "link" -> steps.add(new LinkStep());
          case "certificate" -> steps.add(new CertificateStep(userFrom));
          case "token" -> steps.add(new TokenStep(tokens));
          case "password" ->
              steps.add(new PasswordStep(passwords.orElseThrow(), checks)); // ConfigRules
          case "anonymous" -> steps.add(new AnonymousStep());
          default -> steps.add(new PluginStep(plugins.authenticator(name), plugins.patience()));
        }
      }
      chains.put(chain.getKey(), List.copyOf(steps));
      mechanisms.put(chain.getKey(), mechanisms(chain.getValue(), auth, tokens));
    }
    return new Entrance(Map.copyOf(chains), Map.copyOf(mechanisms), asks);
  }

  /** The Authentication Methods of a listener, by what clients call them. */
  private static Map<String, Mechanism> mechanisms(
      List<String> chain, ServerConfig.Auth auth, Tokens tokens) {
    Map<String, Mechanism> mechanisms = new HashMap<>();
    if (chain.contains("token")) {
      auth.tokens().methods().forEach(name -> mechanisms.put(name, new TokenMechanism(tokens)));
    }
    return Map.copyOf(mechanisms);
  }

  /** Asks those of the client's listener until one decides. */
  void ask(Visit visit, Step.Verdict verdict) {
    ask(chains.getOrDefault(visit.origin().transport(), List.of()), 0, visit, verdict);
  }

  /** Who examines by the method that CONNECT names, or null where its listener knows none such. */
  @Nullable Mechanism mechanism(Visit visit) {
    String method = visit.connect().properties().text(PropertyId.AUTHENTICATION_METHOD);
    return mechanisms.getOrDefault(visit.origin().transport(), Map.of()).get(method);
  }

  private static void ask(List<Step> steps, int next, Visit visit, Step.Verdict verdict) {
    if (next == steps.size()) {
      verdict.refuse(ReasonCode.NOT_AUTHORIZED);
      return;
    }
    steps
        .get(next)
        .ask(
            visit,
            new Step.Verdict() {
              @Override
              public void accept(Verified who) {
                verdict.accept(who);
              }

              @Override
              public void refuse(ReasonCode reason) {
                verdict.refuse(reason);
              }

              @Override
              public void pass() {
                ask(steps, next + 1, visit, verdict);
              }
            });
  }
}
