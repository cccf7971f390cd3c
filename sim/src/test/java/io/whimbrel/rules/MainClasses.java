package io.whimbrel.rules;

import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.LocationProvider;
import java.nio.file.Files;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The compiled main classes of every module, read from its directory: the rules see the command
 * line too, which no module may depend on. A module that has not been compiled is not looked at.
 */
final class MainClasses implements LocationProvider {
  @Override
  public Set<Location> get(Class<?> testClass) {
    return in("classes");
  }

  static Set<Location> in(String directory) {
    return House.modules().stream()
        .map(module -> module.resolve("target").resolve(directory))
        .filter(Files::isDirectory)
        .map(Location::of)
        .collect(Collectors.toSet());
  }
}
