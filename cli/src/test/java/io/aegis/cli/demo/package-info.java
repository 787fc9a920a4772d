@NullMarked
package io.aegis.cli.demo;

import org.jspecify.annotations.NullMarked;
