namespace CohereShell.Emulation;

/// <summary>The types of Avro that rows of datasets are made of.</summary>
internal enum AvroKind
{
    /// <summary>Nothing is known but that it may be null.</summary>
    Null,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>32 bits.</summary>
    Int,

    /// <summary>64 bits.</summary>
    Long,

    /// <summary>A number of 32 bits.</summary>
    Float,

    /// <summary>A number of 64 bits.</summary>
    Double,

    /// <summary>Text; also what fits no other type, as JSON.</summary>
    String,

    /// <summary>A list.</summary>
    Array,

    /// <summary>Named fields.</summary>
    Record,
}
