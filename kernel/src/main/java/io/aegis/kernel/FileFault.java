package io.aegis.kernel;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;

/** Why a file cannot be used, in words for whoever does not know the classes of Java. */
public final class FileFault {
  private FileFault() {}

  public static String why(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "it is not there, or a directory on the way to it is not";
      case AccessDeniedException _ -> "the account that runs this may not";
      case FileAlreadyExistsException _ -> "something is there already";
      case NotDirectoryException _ -> "a part of its path is no directory";
      case FileSystemException known when known.getReason() != null -> known.getReason();
      default -> Objects.requireNonNullElse(e.getMessage(), e.toString());
    };
  }
}
