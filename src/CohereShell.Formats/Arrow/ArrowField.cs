using Apache.Arrow;
using Apache.Arrow.Types;

namespace CohereShell.Formats;

/// <summary>A column of an Arrow file, or a part of a nested one. See <see href="https://github.com/apache/arrow/blob/main/format/Schema.fbs"/>.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type.</param>
internal sealed record ArrowField(string Name, ArrowType Type)
{
    // Each level of a nested column takes a call.
    private const int DeepestLevel = 64;

    /// <summary>The id of the dictionary that the values are in, and the type of the numbers that refer to it.</summary>
    public (long Id, ArrowType Index)? Dictionary { get; init; }

    public IReadOnlyList<ArrowField> Children { get; init; } = [];

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ArrowSchema.NoMetadata;

    /// <summary>Reads the field and those in it.</summary>
    /// <param name="table">The field's metadata.</param>
    /// <param name="level">How deep it's nested.</param>
    /// <exception cref="ArrowException">The metadata is damaged.</exception>
    public static ArrowField Read(FlatTable table, int level)
    {
        if (level > DeepestLevel)
        {
            throw new ArrowException("its columns are nested too deeply.");
        }

        var children = new List<ArrowField>();
        foreach (FlatTable child in table.Tables(5))
        {
            children.Add(Read(child, level + 1));
        }

        return new ArrowField(table.Text(0) ?? string.Empty, ArrowType.Read((ArrowKind)table.Byte(2), table.Table(3)))
        {
            Dictionary = table.Table(4) is { } dictionary
                ? (dictionary.Int64(0), dictionary.Table(1) is { } index ? ArrowType.Read(ArrowKind.Int, index) : new ArrowType(ArrowKind.Int) { Bits = 32, IsSigned = true })
                : null,
            Children = children,
            Metadata = ArrowSchema.ReadMetadata(table, 6),
        };
    }

    /// <summary>The field for the library that writes files.</summary>
    public Field ToLibrary() => new(Name, LibraryType(), nullable: true, Metadata);

    private IArrowType LibraryType() => Type.Kind switch
    {
        ArrowKind.Utf8 => StringType.Default,
        ArrowKind.Bool => BooleanType.Default,
        ArrowKind.Int when Type.Bits == 64 => Int64Type.Default,
        ArrowKind.Int => Type.IsSigned ? Int8Type.Default : UInt8Type.Default,
        ArrowKind.FloatingPoint when Type.Bits == 64 => DoubleType.Default,
        ArrowKind.FloatingPoint => FloatType.Default,
        ArrowKind.FixedSizeList => new FixedSizeListType(Children[0].ToLibrary(), Type.ListSize),
        _ => throw new NotSupportedException(),
    };
}
