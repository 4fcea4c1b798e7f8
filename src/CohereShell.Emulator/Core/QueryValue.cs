using System.Globalization;

namespace CohereShell.Emulation;

/// <summary>Reads values of a query with the validation that Cohere performs. An empty value counts as absent.</summary>
internal static class QueryValue
{
    internal static bool Flag(EmulatorRequest request, string name) => request.Query(name) switch
    {
        null or "" => false,
        var text when bool.TryParse(text, out bool flag) => flag,
        var text => throw new EmulatorException(422, $"invalid type: parameter {name} is '{text}' but should be of type bool."),
    };

    internal static int? Number(EmulatorRequest request, string name)
    {
        string? text = request.Query(name);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
        {
            throw new EmulatorException(422, $"invalid type: parameter {name} is '{text}' but should be of type integer.");
        }

        return number >= 0 ? number : throw new EmulatorException(400, $"invalid request: {name} must not be negative.");
    }

    internal static DateTime? Time(EmulatorRequest request, string name)
    {
        string? text = request.Query(name);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time.UtcDateTime
            : throw new EmulatorException(400, $"invalid request: {name} must be a date and time - received '{text}'.");
    }
}
