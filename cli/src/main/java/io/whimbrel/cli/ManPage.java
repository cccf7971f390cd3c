package io.whimbrel.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The page of a command for man(1), made of what its help is made of; the macros are those of
 * man(7).
 */
final class ManPage {
  private final CommandSpec command;
  private final UsageMessageSpec usage;
  private final StringBuilder roff = new StringBuilder();

  private ManPage(CommandSpec command) {
    this.command = command;
    this.usage = command.usageMessage();
  }

  /** The name of a command's page: {@code whimbrel-sub}. */
  static String name(CommandSpec command) {
    return command.qualifiedName("-");
  }

  /** The page. */
  static String of(CommandSpec command) {
    ManPage page = new ManPage(command);
    page.write();
    return page.roff.toString();
  }

  private void write() {
    String title = quoted(name(command).toUpperCase(Locale.ROOT));
    String version = String.join(" ", command.version());
    macro(".TH " + title + " 1 \"\" " + quoted(version) + " \"Whimbrel\"");
    section("NAME");
    text(name(command) + " - " + first(usage.description()));
    section("SYNOPSIS");
    text(new CommandLine.Help(command).synopsis(0).replaceAll("\\s+", " ").strip());
    section("DESCRIPTION");
    paragraphs(usage.description());
    arguments();
    commands();
    exitCodes();
    examples();
    seeAlso();
  }

  private void arguments() {
    List<PositionalParamSpec> named =
        command.positionalParameters().stream().filter(each -> !each.hidden()).toList();
    List<OptionSpec> flags = command.options().stream().filter(each -> !each.hidden()).toList();
    if (named.isEmpty() && flags.isEmpty()) {
      return;
    }
    section("OPTIONS");
    named.forEach(each -> item(each.paramLabel(), each));
    flags.forEach(each -> item(words(each), each));
  }

  private static String words(OptionSpec flag) {
    String names = String.join(", ", flag.names());
    boolean isSwitch = flag.arity().max() == 0;
    return isSwitch ? names : names + " " + flag.paramLabel();
  }

  private void item(String what, ArgSpec about) {
    macro(".TP");
    macro(".B " + quoted(what));
    text(String.join(" ", about.description()));
  }

  private void commands() {
    if (command.subcommands().isEmpty()) {
      return;
    }
    section("COMMANDS");
    for (Map.Entry<String, CommandLine> each : command.subcommands().entrySet()) {
      macro(".TP");
      macro(".B " + quoted(each.getKey()));
      text(first(each.getValue().getCommandSpec().usageMessage().description()));
    }
  }

  private void exitCodes() {
    if (usage.exitCodeList().isEmpty()) {
      return;
    }
    section("EXIT STATUS");
    usage
        .exitCodeList()
        .forEach(
            (code, meaning) -> {
              macro(".TP");
              macro(".B " + quoted(code.strip()));
              text(meaning);
            });
  }

  private void examples() {
    if (usage.footer().length == 0) {
      return;
    }
    section("EXAMPLES");
    macro(".nf");
    for (String each : usage.footer()) {
      text(each);
    }
    macro(".fi");
  }

  private void seeAlso() {
    CommandSpec above = command.parent() == null ? null : command.parent();
    if (above != null) {
      section("SEE ALSO");
      text(name(above) + "(1)");
    }
  }

  private static String first(String[] description) {
    String all = plain(String.join(" ", description)).strip();
    int end = all.indexOf(". ");
    String sentence = end < 0 ? all : all.substring(0, end + 1);
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  private void paragraphs(String[] lines) {
    for (String line : lines) {
      if (line.isBlank()) {
        macro(".PP");
      } else {
        text(line);
      }
    }
  }

  // ---------------------------------------------------------------- roff

  private void section(String name) {
    macro(".SH " + quoted(name));
  }

  private void macro(String line) {
    roff.append(line).append('\n');
  }

  private void text(String words) {
    for (String line : plain(words).split("\n", -1)) {
      String safe = escaped(line);
      boolean mistaken = safe.startsWith(".") || safe.startsWith("'"); // for a macro
      roff.append(mistaken ? "\\&" : "").append(safe).append('\n');
    }
  }

  /** Without the marks of picocli's own. */
  private static String plain(String words) {
    return Ansi.OFF.string(words.replace("%n", "\n").replace("%%", "%")).stripTrailing();
  }

  private static String quoted(String words) {
    return '"' + escaped(words).replace("\"", "\\(dq") + '"';
  }

  private static String escaped(String words) {
    return words.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq");
  }
}
