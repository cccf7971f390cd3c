package io.whimbrel.rules;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java file cut into members. It is not parsed: comments and literals are blanked, then braces,
 * parentheses and semicolons tell where a member begins and ends, which is right for sources the
 * formatter has been over. A comment belongs to the member it stands in or in front of, or behind
 * on the last line.
 */
final class SourceText {
  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|record|interface|enum)\\s+(\\w+)");
  private static final Pattern METHOD =
      Pattern.compile("(\\w+)\\s*\\([^()]*(?:\\([^()]*\\)[^()]*)*\\)[^()]*$");
  private static final Pattern FIELD = Pattern.compile("(\\w+)\\s*(?:=|;|$)");
  private static final Pattern TEST =
      Pattern.compile(
          "@(Test|ParameterizedTest|RepeatedTest|TestFactory|Property|Example|FuzzTest)\\b");
  private static final Pattern BLANKED =
      Pattern.compile(
          "(?s)\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*\"|'(?:\\\\.|[^'\\\\\n])+'"
              + "|//[^\n]*|/\\*.*?\\*/");

  enum Kind {
    TYPE,
    TEST,
    OTHER
  }

  /** Something declared in a type, or the head of a type; {@code owner} is the type around it. */
  record Member(Kind kind, String owner, String name, int from, int to) {}

  private final String fileName;
  private final String text;
  private final String code;
  private final List<Member> members = new ArrayList<>();

  SourceText(Path file) {
    this(String.valueOf(file.getFileName()), String.join("\n", House.lines(file)) + "\n");
  }

  SourceText(String fileName, String text) {
    this.fileName = fileName;
    this.text = text;
    this.code = blank(text);
    cut(0, code.length(), "");
  }

  String fileName() {
    return fileName;
  }

  String text() {
    return text;
  }

  boolean hasTests() {
    return members.stream().anyMatch(member -> member.kind == Kind.TEST);
  }

  List<Member> members() {
    return members;
  }

  Optional<Member> memberAt(int offset) {
    return members.stream().filter(m -> m.from <= offset && offset < m.to).findFirst();
  }

  /** Members whose text has the name as a word. */
  List<Member> mentioning(String name) {
    Pattern word = Pattern.compile("\\b" + Pattern.quote(name) + "\\b");
    return members.stream()
        .filter(m -> !m.name.equals(name) && word.matcher(text.substring(m.from, m.to)).find())
        .toList();
  }

  private static String blank(String text) {
    return BLANKED.matcher(text).replaceAll(found -> found.group().replaceAll("[^\n]", " "));
  }

  private void cut(int from, int to, String owner) {
    int start = from;
    boolean assigned = false;
    for (int at = from; at < to; at++) {
      switch (code.charAt(at)) {
        case '(' -> at = closing(at, '(', ')');
        case '=' -> assigned = true;
        case ';' -> {
          start = add(Kind.OTHER, owner, nameOf(FIELD, start, at), start, at);
          at = start - 1;
          assigned = false;
        }
        case '{' -> {
          int end = closing(at, '{', '}');
          if (assigned) {
            at = end;
            break;
          }
          String head = code.substring(start, at);
          Matcher type = TYPE.matcher(head);
          if (type.find()) {
            String inner = owner.isEmpty() ? type.group(1) : owner + "." + type.group(1);
            members.add(new Member(Kind.TYPE, inner, type.group(1), start, at + 1));
            cut(at + 1, end, inner);
            start = end + 1;
          } else {
            Kind kind = TEST.matcher(head).find() ? Kind.TEST : Kind.OTHER;
            start = add(kind, owner, nameOf(METHOD, start, at), start, end);
          }
          at = start - 1;
        }
        default -> {}
      }
    }
  }

  /** Adds a member and gives where the next begins. */
  private int add(Kind kind, String owner, String name, int from, int last) {
    int end = last + 1;
    int line = code.indexOf('\n', end);
    if (line >= 0 && code.substring(end, line).isBlank()) {
      end = line;
    }
    members.add(new Member(kind, owner, name, from, end));
    return end;
  }

  private String nameOf(Pattern pattern, int from, int to) {
    Matcher matcher = pattern.matcher(code.substring(from, to).strip());
    return matcher.find() ? matcher.group(1) : "";
  }

  private int closing(int at, char open, char close) {
    int depth = 0;
    for (int i = at; i < code.length(); i++) {
      char c = code.charAt(i);
      depth += c == open ? 1 : c == close ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new IllegalStateException("No " + close + " for " + open + " in " + fileName);
  }
}
