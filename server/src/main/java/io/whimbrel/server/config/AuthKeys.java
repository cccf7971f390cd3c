package io.whimbrel.server.config;

import static io.whimbrel.server.config.ValueKind.choice;
import static io.whimbrel.server.config.ValueKind.file;
import static io.whimbrel.server.config.ValueKind.listOf;
import static io.whimbrel.server.config.ValueKind.millis;

import io.whimbrel.codec.ProtocolErrorException;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.server.config.ConfigKey.Effect;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Keys of who may come in and what they may do. See {@link ConfigKeys}. */
final class AuthKeys {
  private static final KeyTable TABLE = new KeyTable();

  static final ConfigKey<Optional<Path>> PASSWORD_FILE =
      TABLE.key(
          "auth.password-file",
          file(),
          "none",
          "Users and their passwords, as `mosquitto_passwd` and `whimbrel user` write them; may be"
              + " changed while the broker runs.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Optional<Path>> SCRAM_FILE =
      TABLE.key(
          "auth.scram-file",
          file(),
          "none",
          "Users who prove their passwords by SCRAM ([SCRAM](security.md#scram)), as"
              + " `whimbrel user add --scram` writes them; may be changed while the broker runs.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Optional<Path>> ACL_FILE =
      TABLE.key(
          "auth.acl-file",
          file(),
          "none",
          "Who may publish and subscribe to what, in the form of Mosquitto's `acl_file`; may be"
              + " changed while the broker runs.",
          Effect.AT_ONCE);

  static final ConfigKey<Optional<Path>> RULES_FILE =
      TABLE.key(
          "auth.rules-file",
          file(),
          "none",
          "The same in a form that knows more ([rules](security.md#rights)); a client may do what"
              + " either file grants and neither refuses; may be changed while the broker runs.",
          Effect.AT_ONCE);

  static final ConfigKey<List<String>> CHAIN =
      TABLE.key(
          "auth.chain",
          chain("auto"),
          "auto",
          "Who says who a client is, one after the other until one decides: `link` (of devices"
              + " whose link of MQTT-SN knows), `certificate` (of"
              + " clients that show one), `token` (of clients that have one of an issuer),"
              + " `password` (of clients that give a user name), `scram`"
              + " (of those that name one of its methods), `http` (a server that is asked about"
              + " every client),"
              + " `anonymous`, or the name of a plugin; `auto`: those before `anonymous` where they"
              + " are set up, then that where `listeners.allow-anonymous` says so.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<List<String>> CHAIN_TCP =
      TABLE.key(
          "auth.chain-tcp",
          chain("same"),
          "same",
          "The same for clients by `tcp`.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<List<String>> CHAIN_WEBSOCKET =
      TABLE.key(
          "auth.chain-websocket",
          chain("same"),
          "same",
          "The same for clients by `websocket`.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<List<String>> CHAIN_TLS =
      TABLE.key(
          "auth.chain-tls",
          chain("same"),
          "same",
          "The same for clients by `tls`.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<List<String>> CHAIN_WSS =
      TABLE.key(
          "auth.chain-wss",
          chain("same"),
          "same",
          "The same for clients by `wss`.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<List<String>> CHAIN_UNIX =
      TABLE.key(
          "auth.chain-unix",
          chain("same"),
          "same",
          "The same for clients by `unix`.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<List<String>> CHAIN_SN =
      TABLE.key(
          "auth.chain-sn",
          chain("same"),
          "same",
          "The same for devices that speak MQTT-SN over UDP, which have neither a password nor a"
              + " certificate.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<List<String>> CHAIN_SN_DTLS =
      TABLE.key(
          "auth.chain-sn-dtls",
          chain("same"),
          "same",
          "The same for devices over DTLS: `link` is what their keys or certificates prove.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<List<String>> CHAIN_SN_SERIAL =
      TABLE.key(
          "auth.chain-sn-serial",
          chain("same"),
          "same",
          "The same for devices at serial lines and behind XBee modules.",
          Effect.NEW_CONNECTIONS);
  static final ConfigKey<Optional<Path>> PLUGIN_DIRECTORY =
      TABLE.key(
          "auth.plugin-directory",
          file(),
          "none",
          "Directory of jars with authenticators and authorizers ([plugins](plugins.md)).");
  static final ConfigKey<Optional<Path>> PLUGIN_SETTINGS =
      TABLE.key(
          "auth.plugin-settings",
          file(),
          "none",
          "A file of KEY=VALUE lines that plugins are given.");
  static final ConfigKey<String> AUTHORIZER =
      TABLE.key(
          "auth.authorizer",
          pluginName().or("none", ""),
          "none",
          "A plugin that says what clients may do, beside the rules: both have to grant.");
  static final ConfigKey<Long> PLUGIN_TIMEOUT =
      TABLE.key(
          "auth.plugin-timeout",
          millis(10, 60_000),
          "5s",
          "How long a plugin may take to answer, less than `limits.connect-timeout`; who asked is"
              + " refused then.");

  static final ConfigKey<List<ListenerKind>> SENDER_LISTENERS =
      TABLE.key(
          "sender-identity.listeners",
          listOf(choice(ListenerKind.class)).or("none", List.of()),
          "none",
          "Listeners whose clients' messages carry who sent them, as User Properties that begin"
              + " with `whimbrel-sender-`; with any, such properties of clients' own are removed"
              + " everywhere ([sender identity](security.md#who-sent-a-message)).");
  static final ConfigKey<List<String>> SENDER_TOPICS =
      TABLE.key(
          "sender-identity.topics",
          topicFilters(),
          "#",
          "Topic filters of the messages that carry it.");

  private AuthKeys() {}

  static List<ConfigKey<?>> all() {
    return TABLE.all();
  }

  private static ValueKind<String> pluginName() {
    return new ValueKind<>(
        "name",
        "lower-case letters, digits and hyphens",
        text -> Optional.of(text).filter(t -> t.matches("[a-z][a-z0-9-]{0,63}")),
        text -> text);
  }

  private static ValueKind<List<String>> chain(String word) {
    return listOf(
            new ValueKind<>(
                "name",
                "link, certificate, token, password, scram, http, anonymous or the name of a"
                    + " plugin",
                text -> pluginName().read(text),
                text -> text))
        .or(word, List.of());
  }

  private static ValueKind<List<String>> topicFilters() {
    return listOf(
        new ValueKind<>("topic filter", "a topic filter", AuthKeys::filter, text -> text));
  }

  private static Optional<String> filter(String text) {
    try {
      return TopicFilter.of(text).isShared() ? Optional.empty() : Optional.of(text);
    } catch (ProtocolErrorException | IllegalArgumentException none) {
      return Optional.empty();
    }
  }
}
