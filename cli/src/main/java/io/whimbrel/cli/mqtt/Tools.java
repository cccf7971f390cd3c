package io.whimbrel.cli.mqtt;

import io.whimbrel.cli.mqtt.BenchPlan.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Runs the tools. Their command line is read without picocli: Mosquitto's has {@code -h} for the
 * host and {@code -D} with three or four values, and a tool that lives for a quarter of a second
 * has no time for what it does not need. Picocli prints the help.
 */
public final class Tools {
  private Tools() {}

  /**
   * Runs one, and gives its exit code.
   *
   * @param words behind the name of the command
   * @param environment where the file of usual flags may be
   * @param onSignal is given what ends the tool in good order, if there is such a thing
   * @param help shows the help of the tool
   * @param version what --version prints
   */
  public static int run(
      Tool tool,
      List<String> words,
      Map<String, String> environment,
      Streams streams,
      Consumer<Runnable> onSignal,
      Runnable help,
      Runnable version) {
    try {
      boolean named = tool == Tool.BENCH && !words.isEmpty() && !words.get(0).startsWith("-");
      String mode = named ? words.get(0) : "";
      List<String> given = words.subList(named ? 1 : 0, words.size());
      Flags flags = Flags.read(tool, withUsual(tool, given, environment));
      if (flags.has(Flag.HELP)) {
        help.run();
        return ExitCode.DONE;
      }
      if (flags.has(Flag.ABOUT)) {
        version.run();
        return ExitCode.DONE;
      }
      Telling telling = new Telling(streams.err(), flags);
      return switch (tool) {
        case PUB -> new Publishing(flags, streams, telling).run();
        case SUB -> new Subscribing(flags, streams, telling).run(onSignal);
        case REQUEST -> new Requesting(flags, streams, telling).run();
        case PING -> new Pinging(flags, streams, telling).run(onSignal);
        case DOCTOR -> new Examining(flags, streams).run();
        case BENCH -> new Benching(Mode.of(mode), flags, streams, telling).run(onSignal);
        case SN_PUB -> new DevicePublishing(flags, streams, telling).run();
        case SN_SUB -> new DeviceSubscribing(flags, streams, telling).run(onSignal);
      };
    } catch (MistakeException mistake) {
      streams.err().println("whimbrel: " + mistake.getMessage());
      streams.err().println("Try 'whimbrel " + tool.word() + " --help'.");
      streams.err().flush();
      return ExitCode.FAILED;
    }
  }

  /** Flags of a file of the user's own come first, so that others beat them. */
  private static List<String> withUsual(
      Tool tool, List<String> words, Map<String, String> environment) {
    String home = environment.get("XDG_CONFIG_HOME");
    if (home == null || home.isEmpty()) { // as if it were not there, says the specification of XDG
      String user = environment.get("HOME");
      home = user == null ? null : user + "/.config";
    }
    if (home == null) {
      return words;
    }
    Path usual = Path.of(home, "whimbrel", fileName(tool));
    if (!Files.exists(usual)) {
      return words;
    }
    List<String> all = new ArrayList<>(List.of(Flags.name(Flag.OPTIONS), usual.toString()));
    all.addAll(words);
    return all;
  }

  private static String fileName(Tool tool) {
    return String.join("-", tool.words());
  }

  /** The tool as picocli knows it: for its help, and for completion in shells. */
  public static CommandLine commandLine(Tool tool, IVersionProvider version) {
    CommandSpec spec = CommandSpec.create().versionProvider(version);
    spec.name(tool.words().get(tool.words().size() - 1));
    for (Flag flag : Flag.values()) {
      if (flag.isFor(tool)) {
        spec.addOption(option(flag, tool));
      }
    }
    UsageMessageSpec usage = spec.usageMessage();
    usage.description(
        tool.purpose(),
        "",
        tool.origin(),
        "Flags may also stand in ~/.config/whimbrel/" + fileName(tool) + ", one a line.",
        "");
    spec.parser().separator(" "); // as it is shown; both are taken
    usage.sortOptions(false);
    usage.abbreviateSynopsis(true);
    usage.exitCodeListHeading("%nExit codes:%n");
    usage.exitCodeList(exitCodes(tool));
    usage.footerHeading("%nExamples:%n");
    usage.footer(tool.examples().toArray(new String[0]));
    return new CommandLine(spec);
  }

  private static Map<String, String> exitCodes(Tool tool) {
    Map<String, String> codes = new java.util.LinkedHashMap<>();
    for (String each : tool.exitCodes()) {
      int colon = each.indexOf(':');
      codes.put(each.substring(0, colon), each.substring(colon + 1));
    }
    return codes;
  }

  private static OptionSpec option(Flag flag, Tool tool) {
    OptionSpec.Builder option =
        OptionSpec.builder(flag.names().toArray(new String[0])).description(flag.description(tool));
    if (flag == Flag.HELP || flag == Flag.ABOUT) {
      return option
          .type(boolean.class)
          .usageHelp(flag == Flag.HELP)
          .versionHelp(flag == Flag.ABOUT)
          .build();
    }
    return flag.isSwitch()
        ? option.type(boolean.class).build()
        : option.type(List.class).auxiliaryTypes(String.class).paramLabel(flag.label()).build();
  }
}
