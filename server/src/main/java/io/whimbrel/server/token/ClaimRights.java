package io.whimbrel.server.token;

import io.whimbrel.codec.Qos;
import io.whimbrel.server.config.IssuerConfig;
import io.whimbrel.server.rights.AclFilter;
import io.whimbrel.server.rights.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a token says that its client may do: by templates of the configuration, by a claim in one of
 * the forms that are in use, by its scope. What nobody can mean grants nothing; a refusal that
 * nobody can read makes the token useless, as it would refuse nothing.
 */
final class ClaimRights {
  private static final Set<String> LISTS = Set.of("pub", "sub", "all");
  private static final Set<String> RULE =
      Set.of("permission", "action", "topic", "topics", "qos", "retain");
  private static final int GRANTS_MAX = 1_000;
  private static final Pattern PLACE = Pattern.compile("\\$\\{([^}]*)}");

  private final IssuerConfig.Rights settings;
  private final Claims claims;
  private final String user;
  private final String clientId;
  private final List<Grant> grants = new ArrayList<>();

  private ClaimRights(IssuerConfig.Rights settings, Claims claims, String user, String clientId) {
    this.settings = settings;
    this.claims = claims;
    this.user = user;
    this.clientId = clientId;
  }

  /** Empty where this issuer's tokens do not say it: then the rules alone do. */
  static Optional<List<Grant>> of(
      IssuerConfig.Rights settings, Claims claims, String user, String clientId)
      throws TokenException {
    if (!settings.areSaid()) {
      return Optional.empty();
    }
    ClaimRights rights = new ClaimRights(settings, claims, user, clientId);
    rights.templates();
    rights.acl();
    rights.scopes();
    if (rights.grants.size() > GRANTS_MAX) {
      throw new TokenException(TokenException.Kind.CLAIMS, "it says more than 1000 rights");
    }
    return Optional.of(List.copyOf(rights.grants));
  }

  private void templates() throws TokenException {
    for (String template : settings.publish()) {
      add("publish", false, false, true, filled(template));
    }
    for (String template : settings.subscribe()) {
      add("subscribe", false, true, false, filled(template));
    }
  }

  /** A template with its places filled in, or null where there is nothing for one. */
  private @Nullable String filled(String template) {
    Matcher place = PLACE.matcher(template);
    StringBuilder filled = new StringBuilder();
    while (place.find()) {
      String name = place.group(1);
      String value =
          switch (name) {
            case "user" -> user;
            case "client" -> clientId;
            default ->
                name.startsWith("claim.")
                    ? claims.text(name.substring("claim.".length())).orElse("")
                    : "";
          };
      if (!isPlain(value)) {
        return null; // it could reach further than it was meant to
      }
      place.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return place.appendTail(filled).toString();
  }

  private static boolean isPlain(String value) {
    return !value.isEmpty()
        && value.charAt(0) != '$'
        && value.chars().noneMatch(c -> c == '+' || c == '#' || c == '/' || c == 0);
  }

  // ---------------------------------------------------------------- the claim

  /**
   * Either an object with the lists {@code pub}, {@code sub} and {@code all}, or a list of objects
   * with {@code permission}, {@code action}, {@code topic} or {@code topics}, {@code qos} and
   * {@code retain}.
   */
  private void acl() throws TokenException {
    if (settings.aclClaim().isEmpty()) {
      return;
    }
    Object said = claims.at(settings.aclClaim()).orElse(null);
    if (said instanceof Map<?, ?> lists) {
      known(lists, LISTS);
      for (String filter : filters(lists.get("pub"))) {
        add("acl", false, false, true, filled(filter));
      }
      for (String filter : filters(lists.get("sub"))) {
        add("acl", false, true, false, filled(filter));
      }
      for (String filter : filters(lists.get("all"))) {
        add("acl", false, true, true, filled(filter));
      }
    } else if (said instanceof List<?> rules) {
      for (Object rule : rules) {
        if (!(rule instanceof Map<?, ?> map)) {
          throw unreadable();
        }
        rule(map);
      }
    } else if (said != null) {
      throw unreadable();
    }
  }

  private static List<String> filters(@Nullable Object said) throws TokenException {
    List<String> filters = new ArrayList<>();
    if (said != null && !(said instanceof List<?>)) {
      throw unreadable();
    }
    for (Object each : said instanceof List<?> list ? list : List.of()) {
      if (!(each instanceof String filter)) {
        throw unreadable();
      }
      filters.add(filter);
    }
    return filters;
  }

  private void rule(Map<?, ?> rule) throws TokenException {
    known(rule, RULE);
    Object permission = rule.get("permission");
    boolean denies = "deny".equals(permission);
    String action = String.valueOf(rule.get("action"));
    boolean write = action.equals("publish") || action.equals("pub") || action.equals("all");
    boolean read = action.equals("subscribe") || action.equals("sub") || action.equals("all");
    List<String> topics = new ArrayList<>(filters(rule.get("topics")));
    Object one = rule.get("topic");
    if (one instanceof String topic) {
      topics.add(topic);
    }
    if ((!denies && !"allow".equals(permission)) || (!read && !write) || topics.isEmpty()) {
      throw unreadable();
    }
    Qos most = denies ? Qos.EXACTLY_ONCE : highest(rule.get("qos"));
    boolean retains = retains(rule.get("retain"), one);
    for (String topic : topics) {
      String filter = filled(topic);
      if (filter == null && denies) {
        throw unreadable();
      }
      add("acl", denies, read, write, filter, most, retains);
    }
  }

  /** A member that is not known may be what makes a rule narrower. */
  private static void known(Map<?, ?> said, Set<String> names) throws TokenException {
    if (!names.containsAll(said.keySet())) {
      throw unreadable();
    }
  }

  private static boolean retains(@Nullable Object said, @Nullable Object topic)
      throws TokenException {
    if (topic != null && !(topic instanceof String)) {
      throw unreadable();
    }
    if (said == null || "all".equals(said)) {
      return true;
    }
    if (said instanceof Boolean retain) {
      return retain;
    }
    if (said instanceof Number number && number.longValue() >= 0 && number.longValue() <= 1) {
      return number.longValue() == 1;
    }
    throw unreadable();
  }

  /** A number, or a list of them. */
  private static Qos highest(@Nullable Object said) throws TokenException {
    long most = said == null ? 2 : -1;
    for (Object each :
        said instanceof List<?> list ? list : said == null ? List.of() : List.of(said)) {
      long number = each instanceof Number n ? n.longValue() : -1;
      if (number < 0 || number > 2) {
        throw unreadable();
      }
      most = Math.max(most, number);
    }
    if (most < 0) {
      throw unreadable();
    }
    return Qos.of((int) most);
  }

  private static TokenException unreadable() {
    return new TokenException(
        TokenException.Kind.CLAIMS, "its claim of rights has a form that is not known");
  }

  // ---------------------------------------------------------------- the scope

  private void scopes() throws TokenException {
    if (!settings.scopes()) {
      return;
    }
    for (String scope : claims.texts("scope")) {
      String word = scope.substring(0, Math.max(0, scope.indexOf(':')));
      String filter = scope.substring(word.length() + 1 > scope.length() ? 0 : word.length() + 1);
      boolean write = word.equals("publish") || word.equals("write");
      boolean read = word.equals("subscribe") || word.equals("read");
      if ((write || read) && !filter.contains("${")) { // others have scopes of their own
        add("scope", false, read, write, filter);
      }
    }
  }

  private void add(
      String cited, boolean denies, boolean read, boolean write, @Nullable String filter)
      throws TokenException {
    add(cited, denies, read, write, filter, Qos.EXACTLY_ONCE, true);
  }

  private void add(
      String cited,
      boolean denies,
      boolean read,
      boolean write,
      @Nullable String filter,
      Qos most,
      boolean retains)
      throws TokenException {
    if (filter == null) {
      return;
    }
    try {
      String where = "the token's " + cited;
      grants.add(new Grant(where, denies, read, write, AclFilter.of(filter), most, retains));
    } catch (IllegalArgumentException none) {
      if (denies) {
        throw unreadable();
      }
    }
  }
}
