package io.whimbrel.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which Whimbrel this is. */
public final class Version {
  private static final String RESOURCE =
      "/META-INF/maven/io.whimbrel/whimbrel-server/pom.properties";

  private Version() {}

  /** The version the build put into the jar; {@code development} where there is no jar. */
  public static String text() {
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        return "development";
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "development");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
