package io.whimbrel.example;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Devices with their tokens and sites, as the settings have them: {@code device.NAME=TOKEN,SITE}.
 * Immutable.
 */
final class Registry {
  private static final String DEVICE = "device.";

  private final Map<String, Device> devices = new HashMap<>();

  /** One device. */
  private record Device(String token, String site) {}

  Registry(Map<String, String> settings) {
    settings.forEach(
        (key, value) -> {
          if (key.startsWith(DEVICE)) {
            String[] parts = value.split(",", -1);
            if (parts.length != 2 || parts[0].isBlank() || parts[1].isBlank()) {
              throw new IllegalArgumentException(key + ": allowed: TOKEN,SITE");
            }
            devices.put(
                key.substring(DEVICE.length()), new Device(parts[0].strip(), parts[1].strip()));
          }
        });
    if (devices.isEmpty()) {
      throw new IllegalArgumentException("there is no line device.NAME=TOKEN,SITE");
    }
  }

  /** Whether the token is the device's; takes as long for a wrong one as for the right one. */
  boolean isToken(String name, byte[] token) {
    Device device = devices.get(name);
    byte[] right = (device == null ? "" : device.token()).getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(right, token) && device != null;
  }

  /** Where a device stands. */
  Optional<String> site(String name) {
    return Optional.ofNullable(devices.get(name)).map(Device::site);
  }
}
