package io.aegis.e2e.house;

/** The limits of size. They may only fall. */
final class Budgets {
  static final int FILE_LINES = 400;
  static final int BODY_LINES = 40;
  static final int PARAMETERS = 5;
  static final int NESTING = 3;
  static final int COLUMNS = 100;
  static final int IDENTIFIER = 40;
  static final int FACE_TYPES = 25;
  static final int PACKAGE_CLASSES = 20;

  private Budgets() {}
}
