"""The table of issued documents: what was issued, when, and the digest by which anyone can check a copy."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tender_app.kernel.vocabulary import Named
from tender_app.store.base import Base, word


class DocumentKind(Named):
    """The papers that the application issues."""

    NOTICE = "notice", "آگهی مناقصه"
    RECEIPT = "receipt", "رسید تسلیم پیشنهاد"
    OPENING_MINUTES = "opening_minutes", "صورتجلسه گشایش پاکت‌های الف و ب"
    TECHNICAL_REPORT = "technical_report", "گزارش ارزیابی فنی"
    PRICE_MINUTES = "price_minutes", "صورتجلسه گشایش قیمت و تعیین برنده"
    AWARD_LETTER = "award_letter", "نامه اعلام برنده"
    REGRET_LETTER = "regret_letter", "نامه اعلام نتیجه"
    CONTRACT = "contract", "قرارداد عاملیت توسعه خوشه"
    DESTRUCTION = "destruction", "گواهی نابودی کلید پاکت ناگشوده"
    TENDER_DOCUMENTS = "tender_documents", "اسناد مناقصه"
    INVITATION = "invitation", "دعوت‌نامه"
    ADDENDUM = "addendum", "الحاقیه اسناد"
    PREBID_MINUTES = "prebid_minutes", "صورتجلسه توضیح اسناد"
    CURE_REQUEST = "cure_request", "درخواست رفع نقص مدارک"
    VALIDITY_LETTER = "validity_letter", "نامه تمدید اعتبار پیشنهاد و تضمین"
    RELEASE_LETTER = "release_letter", "نامه آزادسازی تضمین"
    FORFEITURE_LETTER = "forfeiture_letter", "نامه ضبط تضمین"
    ENDING_NOTICE = "ending_notice", "آگهی تجدید یا لغو مناقصه"
    COMPLAINT_ANSWER = "complaint_answer", "پاسخ شکایت"
    RANKING = "ranking", "رتبه‌بندی و محاسبه آن"
    DEBRIEF = "debrief", "کارنامه پیشنهاد"
    FINAL_MINUTES = "final_minutes", "صورتجلسه نهایی انتخاب مشاور"
    DRIFT_REPORT = "drift_report", "گزارش گفت‌وگو و تغییر امتیازها"
    INTERVIEW_LETTER = "interview_letter", "دعوت‌نامه مصاحبه"
    INTERVIEW_MINUTES = "interview_minutes", "صورتجلسه مصاحبه"


class IssuedDocument(Base):
    """A paper as it was issued; `code` is printed on it, `digest` is the SHA-256 of its bytes."""

    __tablename__ = "issued_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DocumentKind] = mapped_column(word(DocumentKind))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    tender_id: Mapped[int] = mapped_column(sa.ForeignKey("tender.id"), index=True)
    firm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id"))  # a letter or receipt for one firm
    number: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[str] = mapped_column(sa.String(300))
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)
    is_public: Mapped[bool] = mapped_column(default=False)
    file_key: Mapped[str] = mapped_column(sa.String(40))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    size: Mapped[int]
    issued_at: Mapped[dt.datetime]
    issued_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
