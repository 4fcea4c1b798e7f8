namespace CohereShell;

/// <summary>The names of the input types as the API spells them.</summary>
internal static class EmbedInputTypeNames
{
    private static readonly (EmbedInputType Type, string Name)[] All = Enum.GetValues(typeof(EmbedInputType))
        .Cast<EmbedInputType>()
        .Select(type => (type, JsonNamingPolicy.SnakeCaseLower.ConvertName(type.ToString())))
        .ToArray();

    public static string NameOf(EmbedInputType type) => All.First(pair => pair.Type == type).Name;

    /// <summary>The input type; null for an unknown name.</summary>
    public static EmbedInputType? TypeOf(string? name)
    {
        foreach ((EmbedInputType type, string known) in All)
        {
            if (known == name)
            {
                return type;
            }
        }

        return null;
    }
}
