using System.Globalization;

namespace CohereShell.Prompt;

/// <summary>The cost in a usage object, for /usage. An object without a property Cost, or without a known price, has none.</summary>
internal static class UsageCost
{
    /// <summary>The cost as the end of a line, or an empty text.</summary>
    public static string TextOf(object usage)
    {
        object? cost = PSObject.AsPSObject(usage).Properties["Cost"]?.Value;
        return cost is null ? string.Empty
            : ", cost " + (cost is IFormattable number ? "$" + number.ToString("0.00####", CultureInfo.InvariantCulture) : DisplayText.OneLine(cost.ToString(), 40));
    }
}
