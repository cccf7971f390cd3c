package io.whimbrel.server.auth;

import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.config.ServerConfig.CertificateUser;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.scram.ScramFile;
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
      HttpCallout callout,
      Plugins plugins,
      TokenIssuers issuers)
      throws AuthFileException {
    Optional<PasswordFile> passwords = Optional.empty();
    if (auth.passwordFile().isPresent()) { // also where nobody asks it: it has to be right
      passwords = Optional.of(PasswordFile.read(auth.passwordFile().get()));
    }
    Tokens tokens = issuers.of(auth.tokens());
    Map<String, Mechanism> scram = Map.of();
    if (auth.scramFile().isPresent()) { // as above
      scram = ScramMechanism.of(ScramFile.read(auth.scramFile().get()));
    }
    Optional<HttpStep> http = Optional.empty();
    if (auth.http().isPresent()) {
      http = Optional.of(callout.step(auth.http().get()));
    }
    boolean asks =
        auth.chains().values().stream().flatMap(List::stream).anyMatch(s -> !s.equals("anonymous"));
    Map<String, List<Step>> chains = new HashMap<>();
    Map<String, Map<String, Mechanism>> mechanisms = new HashMap<>();
    for (Map.Entry<String, List<String>> chain : auth.chains().entrySet()) {
      List<Step> steps = new ArrayList<>();
      Map<String, Mechanism> methods = new HashMap<>();
      for (String name : chain.getValue()) {
        switch (name) {
          case "link" -> steps.add(new LinkStep());
          case "certificate" -> steps.add(new CertificateStep(userFrom));
          case "token" -> {
            steps.add(new TokenStep(tokens));
            auth.tokens().methods().forEach(m -> methods.put(m, new TokenMechanism(tokens)));
          }
          case "password" ->
              steps.add(new PasswordStep(passwords.orElseThrow(), checks)); // ConfigRules
          case "scram" -> methods.putAll(scram); // who names no method is for the others
          case "http" -> steps.add(http.orElseThrow()); // ConfigRules
          case "anonymous" -> steps.add(new AnonymousStep());
          default -> steps.add(new PluginStep(plugins.authenticator(name), plugins.patience()));
        }
      }
      chains.put(chain.getKey(), List.copyOf(steps));
      mechanisms.put(chain.getKey(), Map.copyOf(methods));
    }
    return new Entrance(Map.copyOf(chains), Map.copyOf(mechanisms), asks);
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
              public void namesNobody() {
                verdict.namesNobody();
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
