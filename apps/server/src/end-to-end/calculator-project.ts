// A small Python project whose tests run with nothing but Python's own library; one function of it is wrong.
export const brokenCalculator = `"""A calculator that is nearly right."""


def add(a, b):
    return a - b


def double(a):
    return add(a, a)
`;

export const mendedCalculator = brokenCalculator.replace("return a - b", "return a + b");

export const calculatorFiles = {
  "calculator.py": brokenCalculator,
  "test_calculator.py": `import unittest

from calculator import add, double


class CalculatorTest(unittest.TestCase):
    def test_add(self):
        self.assertEqual(add(2, 3), 5)

    def test_double(self):
        self.assertEqual(double(4), 8)


if __name__ == "__main__":
    unittest.main()
`,
  "README.md": "# Calculator\n\nAdds and doubles.\n",
};
