package io.whimbrel.server.files;

import java.util.List;

/**
 * Changes a file of users for people: what else stands in it stays as it is. Used by one thread.
 */
public interface UserEditor {
  /** The users, in the order of the file. */
  List<String> users();

  /**
   * Gives a user a password; whether there was none of that name before.
   *
   * @throws IllegalArgumentException nobody can be called like that in such a file
   */
  boolean put(String user, byte[] password);

  /** Removes a user; whether there was one. */
  boolean remove(String user);

  /** Writes the file; one that is new is its owner's alone. */
  void save() throws AuthFileException;

  /**
   * Whether a line can begin with this name and a colon.
   *
   * @throws IllegalArgumentException it cannot
   */
  static void checkName(String user) {
    boolean wrong = user.isEmpty() || !user.strip().equals(user) || user.startsWith("#");
    if (wrong || user.indexOf(':') >= 0 || user.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a user name is not empty, has no colon and no control characters, and neither begins"
              + " with # nor begins or ends with a space");
    }
  }
}
