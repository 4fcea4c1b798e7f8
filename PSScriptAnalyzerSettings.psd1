@{
    Severity     = @('Error', 'Warning')
    ExcludeRules = @(
        # Pester sets variables in one block and reads them in another, which the rule cannot see.
        'PSUseDeclaredVarsMoreThanAssignments'
        # Verb and noun of the build's own functions say what they do to one thing after the other.
        'PSUseSingularNouns'
        # The files are UTF-8 without a byte order mark, as on every platform but one.
        'PSUseBOMForUnicodeEncodedFile'
        # Keys in the tests are made up; that the module takes them as strings too is a thing to test.
        'PSAvoidUsingConvertToSecureStringWithPlainText'
        'PSAvoidUsingPlainTextForPassword'
    )
}
