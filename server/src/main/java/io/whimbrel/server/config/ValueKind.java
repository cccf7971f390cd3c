package io.whimbrel.server.config;

import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One kind of configuration value: how it is read, written and described. What is allowed is said
 * here once, beside the code that allows it; error messages and documentation repeat it.
 *
 * @param type what the documentation calls it, with the unit of a plain number
 * @param allowed what a value may be, to be read after "allowed: "
 * @param reader the value of a text, empty where it is not allowed
 * @param writer the shortest text that is read as this value
 */
record ValueKind<T>(
    String type, String allowed, Function<String, Optional<T>> reader, Function<T, String> writer) {

  private static final Pattern NUMBER = Pattern.compile("(0|[1-9][0-9]{0,18}) ?([A-Za-z]*)");
  private static final Pattern CIPHER = Pattern.compile("[A-Z0-9_]{1,80}");
  private static final Pattern HOST =
      Pattern.compile("(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,62})\\.)*[A-Za-z][A-Za-z0-9-]*");

  /** A suffix of a number and what it multiplies by. */
  private record Unit(String suffix, long factor) {}

  private static final List<Unit> BYTES =
      List.of(
          new Unit("GiB", 1L << 30),
          new Unit("MiB", 1L << 20),
          new Unit("KiB", 1L << 10),
          new Unit("B", 1));

  private static final List<Unit> MILLIS =
      List.of(
          new Unit("d", 86_400_000),
          new Unit("h", 3_600_000),
          new Unit("m", 60_000),
          new Unit("s", 1_000),
          new Unit("ms", 1));

  private static final List<Unit> SECONDS =
      List.of(new Unit("d", 86_400), new Unit("h", 3_600), new Unit("m", 60), new Unit("s", 1));

  Optional<T> read(String text) {
    return reader.apply(text);
  }

  String write(T value) {
    return writer.apply(value);
  }

  /** The text as {@link #write} would have it. */
  String canonical(String text) {
    return read(text).map(writer).orElse(text);
  }

  static ValueKind<Long> whole(long min, long max) {
    return new ValueKind<>(
        "number",
        "a whole number from " + min + " to " + max,
        text -> number(text, List.of()).filter(n -> n >= min && n <= max),
        String::valueOf);
  }

  static ValueKind<Long> size(long min, long max) {
    return new ValueKind<>(
        "size, bytes",
        range(min, max, BYTES) + ", as bytes or with KiB, MiB, GiB",
        text -> number(text, BYTES).filter(n -> n >= min && n <= max),
        value -> shortest(value, BYTES));
  }

  static ValueKind<Long> millis(long min, long max) {
    return new ValueKind<>(
        "duration, milliseconds",
        range(min, max, MILLIS) + ", as milliseconds or with ms, s, m, h, d",
        text -> number(text, MILLIS).filter(n -> n >= min && n <= max),
        value -> shortest(value, MILLIS));
  }

  static ValueKind<Long> seconds(long min, long max) {
    return new ValueKind<>(
        "duration, seconds",
        range(min, max, SECONDS) + ", as whole seconds or with s, m, h, d",
        text -> number(text, SECONDS).filter(n -> n >= min && n <= max),
        value -> shortest(value, SECONDS));
  }

  static ValueKind<Boolean> flag() {
    return choice("true or false", List.of("true", "false"), Boolean::valueOf, String::valueOf);
  }

  /** One of the constants of an enum, in lower case. */
  static <E extends Enum<E>> ValueKind<E> choice(Class<E> type) {
    return choice(type, Set.of());
  }

  /** One of the constants of an enum, in lower case, but for those that are left out. */
  static <E extends Enum<E>> ValueKind<E> choice(Class<E> type, Set<E> out) {
    List<String> words = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (!out.contains(constant)) {
        words.add(word(constant));
      }
    }
    return choice(
        "one of " + String.join(", ", words),
        words,
        word -> Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_')),
        ValueKind::word);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static <T> ValueKind<T> choice(
      String allowed, List<String> words, Function<String, T> reader, Function<T, String> writer) {
    return new ValueKind<>(
        "choice",
        allowed,
        text -> Optional.of(text.toLowerCase(Locale.ROOT)).filter(words::contains).map(reader),
        writer);
  }

  static ValueKind<Port> port() {
    ValueKind<Long> number = whole(0, 65_535);
    return new ValueKind<>(
        "port",
        "1 to 65535, 0 (off) or any (one that is free)",
        text ->
            text.equals("any")
                ? Optional.of(Port.ANY)
                : number.read(text).map(n -> new Port(n.intValue())),
        port -> port.equals(Port.ANY) ? "any" : String.valueOf(port.number()));
  }

  static ValueKind<String> address() {
    return new ValueKind<>(
        "address",
        "an IPv4 or IPv6 address or a host name",
        text -> Optional.of(text).filter(t -> Loopback.isAddress(t) || HOST.matcher(t).matches()),
        text -> text);
  }

  static ValueKind<Path> path() {
    return new ValueKind<>("path", "the path of a directory", ValueKind::pathOf, Path::toString);
  }

  /** A file, which need not be there yet. */
  static ValueKind<Optional<Path>> file() {
    return placeOrNone("the path of a file");
  }

  /** A directory, or none. */
  static ValueKind<Optional<Path>> directory() {
    return placeOrNone("the path of a directory");
  }

  private static ValueKind<Optional<Path>> placeOrNone(String allowed) {
    return new ValueKind<Optional<Path>>(
            "path",
            allowed,
            text -> Optional.of(pathOf(text)).filter(Optional::isPresent),
            path -> path.map(Path::toString).orElse(""))
        .or("none", Optional.empty());
  }

  /** Values of a kind, each once at most, with commas in between. */
  static <T> ValueKind<List<T>> listOf(ValueKind<T> each) {
    return new ValueKind<>(
        "list of " + each.type,
        each.allowed + ", or several of them with commas in between",
        text -> list(text, each),
        values -> String.join(",", values.stream().map(each::write).toList()));
  }

  private static <T> Optional<List<T>> list(String text, ValueKind<T> each) {
    List<T> values = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Optional<T> value = each.read(part.strip());
      if (value.isEmpty() || values.contains(value.get())) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    return Optional.of(List.copyOf(values));
  }

  /** An id and its topic: 1=plant/level. */
  static ValueKind<Map.Entry<Integer, String>> predefinedTopic() {
    return new ValueKind<>(
        "topic",
        "ID=TOPIC, with an id from 1 to 65534",
        text -> {
          int equals = text.indexOf('=');
          Optional<Long> id =
              equals < 0 ? Optional.empty() : number(text.substring(0, equals), List.of());
          String topic = text.substring(equals + 1);
          boolean named = !topic.isEmpty() && topic.indexOf('+') < 0 && topic.indexOf('#') < 0;
          return id.filter(n -> named && n >= 1 && n <= 65_534)
              .map(n -> Map.entry(n.intValue(), topic));
        },
        entry -> entry.getKey() + "=" + entry.getValue());
  }

  /** Some clients, an id and its topic: {@code pump-*:1=plant/%c/level}. */
  static ValueKind<ClientTopic> clientTopic() {
    return new ValueKind<>(
        "topic",
        "CLIENTS:ID=TOPIC, with an id from 1 to 65534",
        text -> {
          int equals = text.indexOf('=');
          int colon = text.lastIndexOf(':', equals);
          return colon <= 0
              ? Optional.empty()
              : predefinedTopic()
                  .read(text.substring(colon + 1))
                  .map(
                      topic ->
                          new ClientTopic(
                              new Glob(text.substring(0, colon)),
                              topic.getKey(),
                              topic.getValue()));
        },
        topic -> topic.clients().text() + ":" + topic.id() + "=" + topic.topic());
  }

  /** A text with stars. */
  static ValueKind<Glob> glob() {
    return new ValueKind<>(
        "text",
        "a text, in which * stands for any characters",
        text -> Optional.of(text).filter(t -> !t.isEmpty()).map(Glob::new),
        Glob::text);
  }

  /** A multicast address. */
  static ValueKind<InetAddress> group() {
    return new ValueKind<>(
        "address",
        "a multicast address, such as 239.1.2.3 or ff02::6d71",
        text -> Loopback.parse(text).filter(InetAddress::isMulticastAddress),
        InetAddress::getHostAddress);
  }

  /** Who may do what with a file. */
  static ValueKind<Set<PosixFilePermission>> mode() {
    return new ValueKind<>(
        "mode", "three octal digits, such as 660", FileMode::read, FileMode::write);
  }

  static ValueKind<AddressRange> network() {
    return new ValueKind<>(
        "address",
        "an address, or a network such as 10.0.0.0/8",
        AddressRange::of,
        AddressRange::toString);
  }

  /** The name of a cipher suite; whether there is one of that name is known to those who use it. */
  static ValueKind<String> cipher() {
    return new ValueKind<>(
        "name",
        "the name of a cipher suite such as TLS_AES_128_GCM_SHA256",
        text -> Optional.of(text).filter(CIPHER.asMatchPredicate()),
        text -> text);
  }

  /** Anything, also nothing. */
  static ValueKind<String> text() {
    return new ValueKind<>("text", "any text", Optional::of, text -> text);
  }

  static ValueKind<String> urlPath() {
    Pattern pattern = Pattern.compile("/[A-Za-z0-9._~!$&'()*+,;=:@%/-]{0,255}");
    return new ValueKind<>(
        "path of a URL",
        "begins with / and has no query, no fragment and no spaces",
        text -> Optional.of(text).filter(t -> pattern.matcher(t).matches()),
        text -> text);
  }

  /** The same kind, where the word says that it is as somewhere else. */
  ValueKind<Optional<T>> orElsewhere(String word) {
    return new ValueKind<>(
        type,
        allowed + ", or " + word,
        text -> {
          Optional<T> value = read(text);
          boolean isAllowed = text.equals(word) || value.isPresent();
          return isAllowed
              ? Optional.of(text.equals(word) ? Optional.empty() : value)
              : Optional.empty();
        },
        value -> value.map(this::write).orElse(word));
  }

  /** The same kind, with a word for one value. */
  ValueKind<T> or(String word, T value) {
    return new ValueKind<>(
        type,
        allowed + ", or " + word,
        text -> text.equals(word) ? Optional.of(value) : read(text),
        other -> other.equals(value) ? word : write(other));
  }

  private static Optional<Path> pathOf(String text) {
    if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException refused) {
      return Optional.empty();
    }
  }

  private static Optional<Long> number(String text, List<Unit> units) {
    Matcher matcher = NUMBER.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long factor = matcher.group(2).isEmpty() ? 1 : 0;
    for (Unit unit : units) {
      if (unit.suffix.equals(matcher.group(2))) {
        factor = unit.factor;
      }
    }
    BigInteger value = new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(factor));
    return factor == 0 || value.bitLength() > 63
        ? Optional.empty()
        : Optional.of(value.longValueExact());
  }

  private static String range(long min, long max, List<Unit> units) {
    return shortest(min, units) + " to " + shortest(max, units);
  }

  private static String shortest(long value, List<Unit> units) {
    for (Unit unit : units) {
      if (value != 0 && value % unit.factor == 0) {
        return unit.factor == 1 && unit.suffix.equals("B")
            ? String.valueOf(value)
            : value / unit.factor + unit.suffix;
      }
    }
    return String.valueOf(value);
  }
}
