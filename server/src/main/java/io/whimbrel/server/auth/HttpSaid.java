package io.whimbrel.server.auth;

import io.whimbrel.codec.Utf8;
import io.whimbrel.server.ask.AskException;
import io.whimbrel.server.ask.AskException.Why;
import io.whimbrel.server.ask.Json;
import io.whimbrel.server.ask.Reply;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a server says of a client. */
sealed interface HttpSaid {
  /**
   * It is let in.
   *
   * @param user empty: the one it gave
   * @param expiresMillis the time of day, or {@link Verified#NEVER}
   */
  record Allowed(Optional<String> user, Set<String> groups, long expiresMillis)
      implements HttpSaid {}

  /**
   * It is not.
   *
   * @param known whether it is known who it is
   */
  record Denied(boolean known) implements HttpSaid {}

  /** It is for others to say. */
  record Ignored() implements HttpSaid {}

  /**
   * What a reply means. The form is that of EMQX's HTTP authenticator, with names for the user and
   * groups; what would narrow a client's rights there ({@code acl}) is not passed over, but means
   * nothing.
   *
   * @param nowMillis the time of day
   * @throws AskException it means nothing
   */
  static HttpSaid of(Reply reply, long nowMillis) {
    return switch (reply.status()) {
      case 200 ->
          of(
              Json.object(reply.body())
                  .orElseThrow(() -> useless("answered what is no JSON object")),
              nowMillis);
      case 204 -> new Allowed(Optional.empty(), Set.of(), Verified.NEVER);
      case 401 -> new Denied(false);
      case 403 -> new Denied(true);
      default -> throw useless("answered with status " + reply.status());
    };
  }

  private static HttpSaid of(Map<String, Object> said, long nowMillis) {
    String result = said.get("result") instanceof String word ? word : "";
    return switch (result) {
      case "allow" -> {
        if (said.containsKey("acl")) {
          throw useless("answered with acl, which is not known here");
        }
        yield new Allowed(user(said), groups(said), expiresMillis(said, nowMillis));
      }
      case "deny" -> new Denied(false);
      case "ignore" -> new Ignored();
      default -> throw useless("answered no result: allow, deny or ignore");
    };
  }

  /** A name has to be one that CONNECT could say: it is recorded, and told to receivers. */
  private static Optional<String> user(Map<String, Object> said) {
    Object user = said.get("user");
    if (user == null) {
      return Optional.empty();
    }
    if (user instanceof String name) {
      try {
        Utf8.encode(name);
        return Optional.of(name);
      } catch (IllegalArgumentException none) {
        throw useless("answered with a user that no client can be");
      }
    }
    throw useless("answered with a user that is no text");
  }

  private static Set<String> groups(Map<String, Object> said) {
    Object groups = said.getOrDefault("groups", List.of());
    Set<String> names = new HashSet<>();
    if (groups instanceof List<?> list) {
      for (Object each : list) {
        if (!(each instanceof String name) || name.isEmpty()) {
          throw useless("answered with a group that is no text");
        }
        names.add(name);
      }
      return Set.copyOf(names);
    }
    throw useless("answered with groups that are no list");
  }

  private static long expiresMillis(Map<String, Object> said, long nowMillis) {
    double at = millis(said, "expire_at");
    double in = (double) nowMillis + millis(said, "expiresInSeconds");
    double first = Math.min(at, in);
    return first >= (double) Long.MAX_VALUE ? Verified.NEVER : (long) first;
  }

  /** Without end where it is not said. */
  private static double millis(Map<String, Object> said, String name) {
    Object seconds = said.get(name);
    if (seconds == null) {
      return Double.POSITIVE_INFINITY;
    }
    if (seconds instanceof Number number && number.doubleValue() >= 0) {
      return number.doubleValue() * 1_000;
    }
    throw useless("answered with " + name + " that is no number of seconds");
  }

  private static AskException useless(String what) {
    return new AskException(Why.USELESS, what);
  }
}
