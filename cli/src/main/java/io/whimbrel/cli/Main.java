package io.whimbrel.cli;

/** The command {@code whimbrel}. */
public final class Main {
  private Main() {}

  /** Prints the version. */
  public static void main(String[] args) {
    String version = Main.class.getPackage().getImplementationVersion();
    System.out.println("whimbrel " + (version == null ? "(development)" : version));
  }
}
