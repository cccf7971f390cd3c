package io.whimbrel.cli;

import io.whimbrel.server.control.Answer;
import io.whimbrel.server.control.Criterion;
import io.whimbrel.server.control.Dismiss;
import io.whimbrel.server.control.Selection;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code whimbrel disconnect}: ends connections of a running broker. */
@Command(
    name = "disconnect",
    description = {
      "Ends the connections of clients of a running broker on this machine.",
      "Clients of MQTT 5 are told the reason. Whoever is still let in may come",
      "again: remove the user, or revoke the token, before.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:connections were ended",
      "1:there were none, or failed: no broker runs there, for example",
      "2:a mistake on the command line or in the configuration"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel disconnect --user alice",
      "  whimbrel disconnect --client-id pump-7 --data-dir /srv/whimbrel",
      "  whimbrel disconnect --token-id 3f2a --reason not-authorized",
      "  whimbrel disconnect --subject alice --issuer https://issuer.example"
    })
final class DisconnectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create(); // Until picocli sets the real one.

  @Option(names = "--user", paramLabel = "NAME", description = "Of this user.")
  private @Nullable String user;

  @Option(names = "--client-id", paramLabel = "ID", description = "Of this Client Identifier.")
  private @Nullable String clientId;

  @Option(
      names = "--subject",
      paramLabel = "SUB",
      description = "Let in by a token about this subject.")
  private @Nullable String subject;

  @Option(names = "--token-id", paramLabel = "JTI", description = "Let in by the token of this id.")
  private @Nullable String tokenId;

  @Option(
      names = "--issuer",
      paramLabel = "ISS",
      description =
          "Let in by a token of this issuer; with --subject or --token-id, only if of this issuer.")
  private @Nullable String issuer;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description =
          "What clients of MQTT 5 are told: administrative-action (default) or not-authorized.")
  private String reason = Dismiss.REASONS.get(0);

  @Mixin private BrokerPlace place;

  DisconnectCommand(Map<String, String> environment, Path directory) {
    this.place = new BrokerPlace(environment, directory);
  }

  @Override
  public Integer call() {
    Selection whom = whom();
    if (!Dismiss.REASONS.contains(reason)) {
      String allowed = String.join(" or ", Dismiss.REASONS);
      throw mistake("--reason: found '" + reason + "', allowed: " + allowed);
    }
    return place.ask(spec, Dismiss.request(whom, reason), this::say);
  }

  private Selection whom() {
    Map<Criterion, String> said = new EnumMap<>(Criterion.class);
    say(said, Criterion.USER, user);
    say(said, Criterion.CLIENT_ID, clientId);
    say(said, Criterion.SUBJECT, subject);
    say(said, Criterion.TOKEN_ID, tokenId);
    say(said, Criterion.ISSUER, issuer);
    Optional<String> narrows = Optional.empty();
    if (said.containsKey(Criterion.SUBJECT) || said.containsKey(Criterion.TOKEN_ID)) {
      narrows = Optional.ofNullable(said.remove(Criterion.ISSUER));
    }
    if (said.size() != 1) {
      throw mistake(
          "say whose connections end, with one of --user, --client-id, --subject, --token-id and"
              + " --issuer; --issuer may go with --subject or --token-id");
    }
    Map.Entry<Criterion, String> one = said.entrySet().iterator().next();
    return new Selection(one.getKey(), one.getValue(), narrows);
  }

  private void say(Map<Criterion, String> said, Criterion by, @Nullable String value) {
    if (value == null) {
      return;
    }
    if (value.isEmpty()) {
      throw mistake("--" + by.word() + ": found '', allowed: what is not empty");
    }
    said.put(by, value);
  }

  private int say(Answer answer) {
    long count = answer.number(Dismiss.COUNT).orElse(0L);
    spec.commandLine()
        .getOut()
        .println(
            count == 0
                ? "no such client is connected"
                : count + (count == 1 ? " connection" : " connections") + " ended");
    return count == 0 ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private ParameterException mistake(String text) {
    return new ParameterException(spec.commandLine(), text);
  }
}
