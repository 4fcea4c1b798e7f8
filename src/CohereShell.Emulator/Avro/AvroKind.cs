namespace CohereShell.Emulation;

/// <summary>The Avro types that the rows of datasets use.</summary>
internal enum AvroKind
{
    /// <summary>The type isn't known. The value may be null.</summary>
    Null,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>An integer of 32 bits.</summary>
    Int,

    /// <summary>An integer of 64 bits.</summary>
    Long,

    /// <summary>A floating-point number of 32 bits.</summary>
    Float,

    /// <summary>A floating-point number of 64 bits.</summary>
    Double,

    /// <summary>Text. Values that fit no other type are written as JSON text.</summary>
    String,

    /// <summary>A list.</summary>
    Array,

    /// <summary>Named fields.</summary>
    Record,
}
