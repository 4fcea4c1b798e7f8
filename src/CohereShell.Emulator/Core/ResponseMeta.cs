using System.Text.Json;

namespace CohereShell.Emulation;

/// <summary>The end of an answer: which version of the API gave it, and what is billed.</summary>
internal static class ResponseMeta
{
    /// <summary>Units of nothing are left out, as Cohere leaves them out.</summary>
    internal static void Write(Utf8JsonWriter writer, string version, params (string Name, long Count)[] billed)
    {
        writer.WriteStartObject("meta");
        writer.WriteStartObject("api_version");
        writer.WriteString("version", version);
        writer.WriteEndObject();
        if (billed.Length > 0)
        {
            writer.WriteStartObject("billed_units");
            foreach ((string name, long count) in billed)
            {
                if (count > 0)
                {
                    writer.WriteNumber(name, count);
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
