package io.whimbrel.server.config;

import java.util.ArrayList;
import java.util.List;

/** Writes {@code docs/configuration.md} from the table of keys. */
final class ConfigDocs {
  private static final String HEAD =
      """
      # Configuration

      <!-- Written from the tables in ConfigKeys.java; ConfigDocsTest says how. Change these, not \
      this page. -->

      Whimbrel runs without any configuration: it then listens on this machine alone. What you \
      set comes from,
      each beating the ones before it:

      1. the defaults below;
      2. a YAML file: the one of `--config`, else `whimbrel.yaml` in the working directory if \
      there is one;
      3. environment variables: `WHIMBREL_` and the key in upper case with `_` for `.` and `-`, \
      as in
         `WHIMBREL_LISTENERS_TCP_PORT=1884`;
      4. flags: `--bind`, `--port`, `--ws-port`, `--http-port`, `--tls-port`, `--wss-port`, \
      `--unix-socket`, `--sn-port`, `--cert`,
         `--key`, `--cafile`, `--require-client-cert`, `--password-file`, `--acl-file`, \
      `--allow-anonymous`, `--data-dir`, `--durability` for all listeners,
         and `--limit KEY=VALUE` for all below `limits`.

      `whimbrel broker --print-config` prints the result and where each value came from; \
      `--check-config` only
      checks. A mistake is never passed over: unknown keys and variables, values that are not \
      allowed, keys said
      twice and combinations that cannot work are refused at start, all of them at once, one line \
      each, with exit
      code 2.

      ```yaml
      listeners:
        tcp-port: 1884
        websocket-port: 0
      limits:
        queue-messages-max: 1000
        packet-size-max: 1MiB
        connect-timeout: 5s
      ```

      Links of MQTT-SN have names, which stand between `sn-links` and their keys: \
      `sn-links.hall.kind`,
      `WHIMBREL_SN_LINKS_HALL_KIND` ([how](mqtt-sn.md)).

      Sizes are bytes, or a number with `KiB`, `MiB` or `GiB`. Durations are numbers of the unit \
      in the table, or a
      number with `ms`, `s`, `m`, `h` or `d`.

      ## Changes while the broker runs

      A file that has changed is read again within two seconds, and everything on SIGHUP \
      ([how](security.md#changes-while-the-broker-runs)).
      The tables say what a change of a key reaches: everything `at once`, from the next packet or \
      event on; `new connections`
      alone, while others keep what they were given; or nothing before a `restart`: until then the \
      old value holds, and the
      log says so.

      ## Letting other machines in

      By default only programs on this machine reach the broker, and they need no credentials. An \
      address that
      others can reach (`listeners.bind: 0.0.0.0`) is refused unless clients have to say who they \
      are ([security](security.md):
      `auth.password-file`, `auth.scram-file`, `auth.http-url`, `tls.user-from`, \
      [issuers of tokens](oauth.md)), or \
      `listeners.allow-anonymous: true` is set. Set that only where a firewall or a
      private network lets in those you trust, and nobody else. `http.bind` is open in the same \
      way to whoever
      reaches it, for reading.
      """;

  private ConfigDocs() {}

  static String page() {
    StringBuilder page = new StringBuilder(HEAD);
    String section = "?";
    for (ConfigKey<?> key : keys()) {
      if (!key.section().equals(section)) {
        section = key.section();
        page.append("\n## `").append(section.isEmpty() ? key.name() : section).append("`\n\n");
        page.append("| key | type | default | allowed | a change reaches | meaning |\n");
        page.append("|---|---|---|---|---|---|\n");
      }
      page.append(row(key));
    }
    return page.toString();
  }

  private static List<ConfigKey<?>> keys() {
    List<ConfigKey<?>> keys = new ArrayList<>(ConfigKeys.all());
    ConfigKeys.named().forEach(named -> keys.addAll(named.templates()));
    return keys;
  }

  private static String row(ConfigKey<?> key) {
    return String.join(
        " | ",
        "| `" + key.name() + "`",
        key.kind().type(),
        "`" + key.shown(key.defaultText()) + "`",
        key.kind().allowed(),
        key.effect().words(),
        key.meaning() + " |\n");
  }
}
