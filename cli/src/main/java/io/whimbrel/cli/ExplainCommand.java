package io.whimbrel.cli;

import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.server.config.AddressRange;
import io.whimbrel.server.config.ConfigException;
import io.whimbrel.server.config.ListenerKind;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.files.AuthFileException;
import io.whimbrel.server.rights.Decision;
import io.whimbrel.server.rights.RuleSet;
import io.whimbrel.server.rights.Subject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
      "Asks the files, not a running broker and not its plugins; the files are those of the",
      "configuration.",
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
  private static final String HERE = "127.0.0.1";

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
      names = "--rules-file",
      paramLabel = "FILE",
      description = "Rules in our own form, likewise.")
  private @Nullable Path rulesFile;

  @Option(
      names = "--listener",
      paramLabel = "NAME",
      description =
          "Where the client comes in: tcp, websocket, tls, wss, unix, sn, sn-dtls or sn-serial"
              + " (default: tcp).")
  private String listener = "tcp";

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description = "Where it comes from (default: 127.0.0.1; for unix: none).")
  private @Nullable String address;

  @Option(names = "--qos", paramLabel = "QOS", description = "0, 1 or 2 (default: 0).")
  private int qos;

  @Option(names = "--retain", description = "The message would be retained.")
  private boolean retain;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file; else ./whimbrel.yaml if there is one.")
  private @Nullable String config;

  private final Map<String, String> environment;
  private final Path directory;

  /** The plugin that a broker with this configuration asks as well. */
  private Optional<String> authorizer = Optional.empty();

  ExplainCommand(Map<String, String> environment, Path directory) {
    this.environment = environment;
    this.directory = directory;
  }

  @Override
  public Integer call() {
    String asked = check();
    Optional<RuleSet> rules;
    try {
      rules = rules();
    } catch (ConfigException refused) {
      refused.mistakes().forEach(mistake -> spec.commandLine().getErr().println(mistake.line()));
      return ExitCode.USAGE;
    } catch (AuthFileException refused) {
      spec.commandLine().getErr().println("whimbrel: " + refused.getMessage());
      return ExitCode.SOFTWARE;
    }
    if (action == Action.publish && asked.startsWith("$SYS/")) {
      return say(false, "nobody writes the broker's own topics");
    }
    if (rules.isEmpty()) {
      return say(true, "there is neither auth.acl-file nor auth.rules-file: everybody may");
    }
    return action == Action.publish ? publish(rules.get(), asked) : subscribe(rules.get(), asked);
  }

  private int publish(RuleSet rules, String asked) {
    Decision decision = rules.publish(subject(), asked, Qos.of(qos), retain);
    return say(decision.granted(), decision.reason());
  }

  private int subscribe(RuleSet rules, String asked) {
    boolean shared = TopicFilter.of(topic).isShared();
    Decision decision = rules.subscribe(subject(), asked, shared, Qos.of(qos));
    int told = say(decision.granted(), decision.reason());
    if (decision.granted()) {
      if (decision.qosMax().number() < qos) {
        note("at QoS " + decision.qosMax().number() + " only");
      }
      rules.withholding(subject(), asked).forEach(why -> note("but for what is refused by " + why));
    } else if (decision.isUnsaid()) {
      rules.partOf(subject(), asked).ifPresent(why -> note("a part of it is granted by " + why));
    }
    return told;
  }

  private Subject subject() {
    boolean hasNoAddress =
        Stream.of(ListenerKind.UNIX, ListenerKind.SN_SERIAL)
            .anyMatch(kind -> kind.word().equals(listener));
    String nowhere = hasNoAddress ? listener : HERE;
    return Subject.of(client, user, address == null ? nowhere : address, listener);
  }

  private Optional<RuleSet> rules() throws ConfigException, AuthFileException {
    if (file != null || rulesFile != null) {
      return RuleSet.read(Optional.ofNullable(file), Optional.ofNullable(rulesFile));
    }
    BrokerFlags flags = new BrokerFlags();
    if (config != null) {
      flags.add(BrokerFlag.CONFIG, config);
    }
    ServerConfig.Auth auth = flags.read(environment, directory).config().auth();
    authorizer = auth.plugins().authorizer();
    return RuleSet.read(auth.aclFile(), auth.rulesFile());
  }

  /** The topic, or the filter without its share. */
  private String check() {
    if (qos < 0 || qos > 2) {
      throw mistake("--qos: found " + qos + ", allowed: 0 to 2");
    }
    checkOrigin();
    try {
      return action == Action.publish
          ? TopicName.of(topic).toString()
          : new String(TopicFilter.of(topic).inner(), StandardCharsets.UTF_8);
    } catch (ProtocolErrorException | IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), "TOPIC: " + wrong.getMessage(), wrong);
    }
  }

  private void checkOrigin() {
    List<String> listeners = Stream.of(ListenerKind.values()).map(ListenerKind::word).toList();
    if (!listeners.contains(listener)) {
      String allowed = String.join(", ", listeners);
      throw mistake("--listener: found '" + listener + "', allowed: " + allowed);
    }
    if (address == null) {
      return;
    }
    if (address.contains("/") || AddressRange.of(address).isEmpty()) { // a network is no address
      throw mistake("--address: found '" + address + "', allowed: an IPv4 or IPv6 address");
    }
  }

  private ParameterException mistake(String text) {
    return new ParameterException(spec.commandLine(), text);
  }

  private void note(String text) {
    spec.commandLine().getOut().println("  " + Printable.text(text));
  }

  private int say(boolean granted, String why) {
    String what = (granted ? "granted: " : "refused: ") + Printable.text(why);
    spec.commandLine().getOut().println(what);
    if (granted) {
      authorizer.ifPresent(
          name ->
              note("if the plugin '" + name + "' grants it too, whose answer is not known here"));
    }
    return granted ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
