package io.whimbrel.cli;

import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.server.auth.AclFile;
import io.whimbrel.server.auth.AuthFileException;
import io.whimbrel.server.config.ConfigException;
import io.whimbrel.server.config.EffectiveConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code whimbrel explain}: which rule decides. */
@Command(
    name = "explain",
    description = {
      "Says whether a client may publish or subscribe, and which rule of the rights decides.",
      "Asks the file, not a running broker; the file is the one of the configuration.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionLine.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:granted",
      "1:refused, or failed",
      "2:a mistake on the command line or in the configuration"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  whimbrel explain publish sensor-7 sensors/sensor-7/alice --user alice",
      "  whimbrel explain subscribe dash '$share/g/news/#' --acl-file acl"
    })
final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create(); // Until picocli sets the real one.

  /** What a client would do. */
  enum Action {
    publish,
    subscribe
  }

  @Parameters(index = "0", paramLabel = "ACTION", description = "publish or subscribe.")
  private Action action = Action.publish;

  @Parameters(index = "1", paramLabel = "CLIENT", description = "The Client Identifier.")
  private String client = "";

  @Parameters(index = "2", paramLabel = "TOPIC", description = "The topic, or the topic filter.")
  private String topic = "";

  @Option(
      names = "--user",
      paramLabel = "USER",
      description = "The user's name; none: who came without one.")
  private String user = "";

  @Option(
      names = "--acl-file",
      paramLabel = "FILE",
      description = "The rights; none: those of the configuration.")
  private @Nullable Path file;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file; else ./whimbrel.yaml if there is one.")
  private @Nullable String config;

  private final Map<String, String> environment;
  private final Path directory;

  ExplainCommand(Map<String, String> environment, Path directory) {
    this.environment = environment;
    this.directory = directory;
  }

  @Override
  public Integer call() {
    String asked = check();
    Optional<Path> rights;
    try {
      rights = file != null ? Optional.of(file) : configured();
    } catch (ConfigException refused) {
      refused.mistakes().forEach(mistake -> spec.commandLine().getErr().println(mistake.line()));
      return ExitCode.USAGE;
    }
    if (action == Action.publish && asked.startsWith("$SYS/")) {
      return say(false, "nobody writes the broker's own topics");
    }
    if (rights.isEmpty()) {
      return say(true, "there is no auth.acl-file: everybody may");
    }
    try {
      AclFile.Verdict verdict =
          AclFile.read(rights.get()).explain(user, client, action == Action.publish, asked);
      return say(verdict.granted(), rights.get() + ", " + verdict.reason());
    } catch (AuthFileException refused) {
      spec.commandLine().getErr().println("whimbrel: " + refused.getMessage());
      return ExitCode.SOFTWARE;
    }
  }

  private Optional<Path> configured() throws ConfigException {
    BrokerFlags flags = new BrokerFlags();
    if (config != null) {
      flags.add(BrokerFlag.CONFIG, config);
    }
    EffectiveConfig effective = flags.read(environment, directory);
    return effective.config().auth().aclFile();
  }

  /** The topic, or the filter without its share. */
  private String check() {
    try {
      return action == Action.publish
          ? TopicName.of(topic).toString()
          : new String(TopicFilter.of(topic).inner(), StandardCharsets.UTF_8);
    } catch (ProtocolErrorException | IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), "TOPIC: " + wrong.getMessage(), wrong);
    }
  }

  private int say(boolean granted, String why) {
    String what = (granted ? "granted: " : "refused: ") + Printable.text(why);
    spec.commandLine().getOut().println(what);
    return granted ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
