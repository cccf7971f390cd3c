package io.whimbrel.rules;

import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.LocationProvider;
import java.util.Set;

/** The compiled test classes of every module. */
final class TestClasses implements LocationProvider {
  @Override
  public Set<Location> get(Class<?> testClass) {
    return MainClasses.in("test-classes");
  }
}
