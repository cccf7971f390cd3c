package io.whimbrel.server.config;

import static io.whimbrel.server.config.ValueKind.file;

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
              + " changed while the broker runs.");
  static final ConfigKey<Optional<Path>> ACL_FILE =
      TABLE.key(
          "auth.acl-file",
          file(),
          "none",
          "Who may publish and subscribe to what, in the form of Mosquitto's `acl_file`; may be"
              + " changed while the broker runs.");

  static final ConfigKey<Optional<Path>> RULES_FILE =
      TABLE.key(
          "auth.rules-file",
          file(),
          "none",
          "The same in a form that knows more ([rules](security.md#rights)); a client may do what"
              + " either file grants and neither refuses; may be changed while the broker runs.");

  private AuthKeys() {}

  static List<ConfigKey<?>> all() {
    return TABLE.all();
  }
}
